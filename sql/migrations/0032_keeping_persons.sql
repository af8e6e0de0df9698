-- What is kept of persons goes when its time is over: breaches, scores, notices, casework,
-- meetings, orders, zones, and at last the nominals themselves. As all else does (0020):
-- by these functions alone, nothing of the last four weeks, nothing that a hold keeps.

-- Whoever removes a row asks who refers to it.
create index breach_finding_joined on breach_finding (joined_to)
    where joined_to is not null;
create index breach_finding_zone on breach_finding (zone_version);
create index managed_case_referral on managed_case (referral) where referral is not null;
create index referral_ruling_panel on referral_ruling (panel) where panel is not null;
create index cohort_decision_proposal on cohort_decision (proposal)
    where proposal is not null;
create index consultation_address on consultation (address) where address is not null;
create index ownership_supersedes on ownership (supersedes)
    where supersedes is not null;
create index inbox_answer_decision on inbox_answer (decision);

-- When an address came, which its file may not say; null: it came before this did.
alter table nominal_address add column loaded_at timestamptz;
alter table nominal_address alter column loaded_at set default now();

-- When a day of London's is over.
create function day_over(day date) returns timestamptz
language sql stable set search_path = public, pg_temp as $$
    select (day + 1)::timestamp at time zone 'Europe/London'
$$;

-- ---- Breaches ----

-- Breaches whose time is over. Time runs from the last finding or the last word; those
-- that were joined are one whole with what they are part of, and go together.
create function breaches_due(upto timestamptz)
returns table (breach bigint, whole bigint, last_at timestamptz, held boolean)
language sql stable set search_path = public, pg_temp as $$
    with recursive part as (
        select id, id as whole from breach
        where not exists (select from breach_finding as joined
            where joined.breach = breach.id and joined.joined_to is not null)
        union
        select joined.breach, part.whole
        from part join breach_finding as joined on joined.joined_to = part.id
    ), told as (
        select part.id, part.whole, max(greatest(detected_at,
                (select max(found_at) from breach_finding where breach = part.id),
                (select max(decided_at) from breach_outcome where breach = part.id)))
                over one as last_at,
            bool_or(nominal_id in (select held_nominals())) over one as held
        from part join breach on breach.id = part.id
        window one as (partition by part.whole)
    )
    select id, whole, last_at, held from told where last_at <= upto
$$;
create function breaches_forgotten(upto timestamptz, at_most integer,
    out n_breaches bigint, out n_findings bigint, out n_outcomes bigint,
    out first_at timestamptz, out last_at timestamptz)
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    gone bigint[];
begin
    perform forgettable(upto);
    select array_agg(due.breach), min(due.last_at), max(due.last_at)
    into gone, first_at, last_at
    from (select b.*, dense_rank() over (order by b.last_at, b.whole) as nth
        from breaches_due(upto) as b where not b.held) as due
    where due.nth <= at_most;
    delete from breach_outcome where breach = any(gone);
    get diagnostics n_outcomes = row_count;
    delete from breach_finding where breach = any(gone);
    get diagnostics n_findings = row_count;
    delete from breach where id = any(gone);
    get diagnostics n_breaches = row_count;
end
$$;

-- ---- Scores ----

-- When lists of a run went, or were cut: what it gave to all is on record no more.
alter table score_run add column purged_at timestamptz;

-- Lists of scores whose time is over. Time runs from the day, or from the run that scored
-- it later. A list is of many: it is cut to those who are held, and stays while it has one.
create function score_lists_due(upto timestamptz)
returns table (list bigint, last_at timestamptz, goes boolean, held boolean)
language sql stable set search_path = public, pg_temp as $$
    with kept as materialized (
        select array(select id from score_nominal
            where nominal_id in (select held_nominals())) as numbers
    )
    select list.id, greatest(day_over(score_run.day), run.started_at),
        list.nominals = '{}' or not list.nominals <@ kept.numbers,
        list.nominals && kept.numbers
    from score_list as list
    join score_run on score_run.run = list.run
    join run on run.id = list.run
    cross join kept
    where greatest(day_over(score_run.day), run.started_at) <= upto
$$;
-- With the lists go the changes of band that a later one replaced: the last says in which
-- band a nominal is. And who moved farthest when a draft of weights was tried.
create function scores_forgotten(upto timestamptz, at_most integer, out n_lists bigint,
    out n_changes bigint, out n_simulations bigint, out first_at timestamptz,
    out last_at timestamptz)
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    gone bigint[];
    kept integer[];
begin
    perform forgettable(upto);
    kept := array(select id from score_nominal
        where nominal_id in (select held_nominals()));
    select array_agg(due.list), count(*), min(due.last_at), max(due.last_at)
    into gone, n_lists, first_at, last_at
    from (select * from score_lists_due(upto) as l where l.goes
        order by l.last_at, l.list limit at_most) as due;
    update score_run set purged_at = now()
    where run in (select run from score_list where id = any(gone));
    delete from score_list where id = any(gone) and not nominals && kept;
    update score_list as list
    set nominals = given.nominals, computed = given.computed, unknown = given.unknown,
        manual_nominals = instead.nominals, manual_given = instead.given
    from score_list as whole
    cross join lateral (
        select array_agg(n order by n) as nominals, array_agg(c order by n) as computed,
            array_agg(u order by n) as unknown
        from unnest(whole.nominals, whole.computed, whole.unknown) as one (n, c, u)
        where n = any(kept)
    ) as given
    cross join lateral (
        select coalesce(array_agg(n order by n), '{}') as nominals,
            coalesce(array_agg(g order by n), '{}') as given
        from unnest(whole.manual_nominals, whole.manual_given) as one (n, g)
        where n = any(kept)
    ) as instead
    where list.id = any(gone) and whole.id = list.id;
    delete from score_change as change
    using score_run, run
    where score_run.run = change.run and run.id = change.run
        and greatest(day_over(change.day), run.started_at) <= upto
        and not change.nominal = any(kept)
        and exists (select from score_change as later
            where later.nominal = change.nominal and later.id > change.id);
    get diagnostics n_changes = row_count;
    update weight_simulation as tried
    set result = (tried.result::jsonb || '{"movers": []}')::json
    where simulated_at <= upto and json_array_length(tried.result -> 'movers') > 0
        and not exists (
            select from json_array_elements(tried.result -> 'movers') as mover
            where mover ->> 'nominal_id' in (select held_nominals()));
    get diagnostics n_simulations = row_count;
end
$$;

-- Notices of scores and bands whose time is over.
create function notices_due(upto timestamptz)
returns table (notice bigint, last_at timestamptz, held boolean)
language sql stable set search_path = public, pg_temp as $$
    select id, greatest(created_at, day_over(day)),
        nominal_id in (select held_nominals())
    from outbox where greatest(created_at, day_over(day)) <= upto
$$;
create function notices_forgotten(upto timestamptz, at_most integer,
    out n_notices bigint, out n_steps bigint, out first_at timestamptz,
    out last_at timestamptz)
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    gone bigint[];
begin
    perform forgettable(upto);
    select array_agg(due.notice), count(*), min(due.last_at), max(due.last_at)
    into gone, n_notices, first_at, last_at
    from (select * from notices_due(upto) as o where not o.held
        order by o.last_at, o.notice limit at_most) as due;
    delete from outbox_step where outbox = any(gone);
    get diagnostics n_steps = row_count;
    delete from outbox where id = any(gone);
end
$$;

-- ---- Casework ----

-- What was said of nominals as cases, and when; `is_open` keeps all of a nominal's: a case
-- that is not closed, or a cohort that they are still in. That an area was asked about a
-- bail address stays with the address, or it would be asked again.
create function casework_said()
returns table (nominal_id text, said_at timestamptz, is_open boolean)
language sql stable set search_path = public, pg_temp as $$
    select nominal_id, greatest(made_at, ruling.said_at), false
    from referral left join referral_ruling as ruling on ruling.referral = referral.id
    union all
    select nominal_id, greatest(made_at, (
            select max(greatest(said_at, day_over(held_on))) from case_entry
            where managed_case = managed_case.id)),
        coalesce((
            select step <> 'closed' from case_entry
            where managed_case = managed_case.id
                and step in ('opened', 'reopened', 'closed')
            order by id desc limit 1), true)
    from managed_case
    union all
    select nominal_id, said_at, false from disclosure
    union all
    select asked.nominal_id, greatest(asked_at, said.said_at, address.valid_to), false
    from consultation as asked
    left join consultation_answer as said on said.consultation = asked.id
    left join nominal_address as address on address.id = asked.address
    where asked.address is null or address.valid_to is not null
    union all
    select nominal_id, made_at, false from cohort_proposal
    union all
    select nominal_id, greatest(decided_at, day_over(day)),
        decision <> 'leave' and not exists (
            select from cohort_decision as later
            where later.nominal_id = said.nominal_id and later.cohort = said.cohort
                and later.id > said.id)
    from cohort_decision as said
$$;
-- Nominals all of whose casework is of a time that is over; from the last word of it.
create function casework_due(upto timestamptz)
returns table (nominal_id text, last_at timestamptz, held boolean)
language sql stable set search_path = public, pg_temp as $$
    select nominal_id, max(said_at), nominal_id in (select held_nominals())
    from casework_said()
    group by nominal_id
    having not bool_or(is_open) and max(said_at) <= upto
$$;
create function casework_forgotten(upto timestamptz, at_most integer,
    out n_nominals bigint, out n_cases bigint, out n_referrals bigint,
    out n_disclosures bigint, out n_consultations bigint, out n_decisions bigint,
    out n_proposals bigint, out first_at timestamptz, out last_at timestamptz)
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    gone text[];
    asked bigint[];
begin
    perform forgettable(upto);
    select array_agg(due.nominal_id), count(*), min(due.last_at), max(due.last_at)
    into gone, n_nominals, first_at, last_at
    from (select * from casework_due(upto) as c where not c.held
        order by c.last_at, c.nominal_id limit at_most) as due;
    delete from case_entry using managed_case as of
    where of.id = case_entry.managed_case and of.nominal_id = any(gone);
    delete from managed_case where nominal_id = any(gone);
    get diagnostics n_cases = row_count;
    delete from referral_ruling using referral as of
    where of.id = referral_ruling.referral and of.nominal_id = any(gone);
    delete from referral where nominal_id = any(gone);
    get diagnostics n_referrals = row_count;
    delete from disclosure where nominal_id = any(gone);
    get diagnostics n_disclosures = row_count;
    asked := array(select id from consultation where nominal_id = any(gone)
        and (address is null or exists (select from nominal_address as of
            where of.id = consultation.address and of.valid_to is not null)));
    delete from consultation_answer where consultation = any(asked);
    delete from consultation where id = any(asked);
    get diagnostics n_consultations = row_count;
    delete from cohort_decision where nominal_id = any(gone);
    get diagnostics n_decisions = row_count;
    delete from cohort_proposal where nominal_id = any(gone);
    get diagnostics n_proposals = row_count;
end
$$;

-- Meetings and panels whose time is over: no casework is left of anybody whom they name,
-- and no referral that they ruled on.
create function meetings_due(upto timestamptz)
returns table (panel boolean, id bigint, last_at timestamptz, held boolean)
language sql stable set search_path = public, pg_temp as $$
    select false, id, greatest(recorded_at, day_over(held_on)),
        nominal_ids && array(select held_nominals())
    from meeting
    where greatest(recorded_at, day_over(held_on)) <= upto
        and not nominal_ids && array(select nominal_id from casework_said())
    union all
    select true, id, greatest(said_at, day_over(held_on)), false
    from panel
    where greatest(said_at, day_over(held_on)) <= upto
        and not exists (select from referral_ruling as of where of.panel = panel.id)
$$;
create function meetings_forgotten(upto timestamptz, at_most integer,
    out n_meetings bigint, out first_at timestamptz, out last_at timestamptz)
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    met bigint[];
    sat bigint[];
begin
    perform forgettable(upto);
    select array_agg(due.id) filter (where not due.panel),
        array_agg(due.id) filter (where due.panel),
        count(*), min(due.last_at), max(due.last_at)
    into met, sat, n_meetings, first_at, last_at
    from (select * from meetings_due(upto) as m where not m.held
        order by m.last_at, m.panel, m.id limit at_most) as due;
    delete from meeting where id = any(met);
    delete from panel where id = any(sat);
end
$$;

-- ---- Orders and zones ----

-- Orders whose time is over, on which nothing rests: no hit, no verdict that was asked
-- for, no breach, and no trail that stays (of `trails_upto` or later). Of a time whose
-- trails are all held, who wore the tags is held as well.
create function orders_due(upto timestamptz, trails_upto timestamptz, margin interval)
returns table (order_id text, last_at timestamptz, held boolean)
language sql stable set search_path = public, pg_temp as $$
    with over as materialized (
        select * from tag_order where greatest(upper(during), updated_at) <= upto
            and upper(during) is not null
    ), rests as materialized (
        select order_id from over where order_id in (select order_id from hit)
        union
        select order_id from over where order_id in (
            select unnest(order_ids) from verdict_list)
        union
        select order_id from over where order_id in (select order_id from breach)
        union
        select over.order_id
        from over
        join device on device.device_id = over.device_id
        join trail on trail.device = device.id
            and trail.t_from >= lower(over.during) - interval '1 hour'
            and trail.t_from < upper(over.during)
            and trail.t_from >= date_trunc('day', trails_upto, 'UTC')
    )
    select order_id, greatest(upper(during), updated_at),
        nominal_id in (select held_nominals())
        or exists (select from held_times(margin) as held
            where during && tstzrange(held.from_at, held.to_at, '[]'))
    from over where order_id not in (select order_id from rests)
$$;
-- With orders go what devices reported under them, and old reports under none.
create function orders_forgotten(upto timestamptz, trails_upto timestamptz,
    margin interval, at_most integer, out n_orders bigint, out n_events bigint,
    out first_at timestamptz, out last_at timestamptz)
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    gone text[];
begin
    perform forgettable(upto);
    -- As for a file of orders: what goes is judged by what is there.
    perform pg_advisory_xact_lock(hashtext('geocorr.orders'));
    select array_agg(due.order_id), count(*), min(due.last_at), max(due.last_at)
    into gone, n_orders, first_at, last_at
    from (select * from orders_due(upto, trails_upto, margin) as o where not o.held
        order by o.last_at, o.order_id limit at_most) as due;
    delete from tag_order where order_id = any(gone);
    delete from device_event as event
    where greatest(at, received_at) <= upto
        and not exists (select from tag_order as of
            where of.device_id = event.device_id and of.during @> event.at)
        and not exists (select from held_times(margin) as held
            where event.at between held.from_at and held.to_at);
    get diagnostics n_events = row_count;
end
$$;

-- Zones in all their versions whose time is over, of which no breach is left and no order
-- of their wearer's in their time. One without an end has none of its own: it ends with
-- the orders.
create function zones_due(upto timestamptz)
returns table (zone_id text, last_at timestamptz, held boolean)
language sql stable set search_path = public, pg_temp as $$
    select zone_id, greatest(max(created_at), max(upper(during))),
        coalesce(bool_or(nominal_id in (select held_nominals())), false)
    from zone_version as version
    group by zone_id
    having greatest(max(created_at), max(upper(during))) <= upto
        and not exists (select from breach where breach.zone_id = version.zone_id)
        and not exists (
            select from zone_version as same
            join breach_finding as finding on finding.zone_version = same.id
            where same.zone_id = version.zone_id)
        and not exists (
            select from zone_version as same
            join tag_order as worn on worn.during && same.during
                and (worn.nominal_id = same.nominal_id
                    or worn.device_id = same.device_id)
            where same.zone_id = version.zone_id)
$$;
create function zones_forgotten(upto timestamptz, at_most integer, out n_zones bigint,
    out n_versions bigint, out first_at timestamptz, out last_at timestamptz)
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    gone text[];
begin
    perform forgettable(upto);
    select array_agg(due.zone_id), count(*), min(due.last_at), max(due.last_at)
    into gone, n_zones, first_at, last_at
    from (select * from zones_due(upto) as z where not z.held
        order by z.last_at, z.zone_id limit at_most) as due;
    delete from zone_version where zone_id = any(gone);
    get diagnostics n_versions = row_count;
end
$$;

-- ---- Nominals ----

-- What was said of persons themselves, and when: by files and by people. What the software
-- found of them is no word: it goes along.
create function nominals_said() returns table (nominal_id text, said_at timestamptz)
language sql stable set search_path = public, pg_temp as $$
    select nominal_id, updated_at from nominal
    union all
    select nominal_id, greatest(loaded_at, recorded_at, valid_from, valid_to, (
        select max(placed_at) from address_place as of where of.address = address.id))
    from nominal_address as address
    union all
    select numbered.nominal_id, greatest(said.known_from, day_over(said.last_on))
    from (
        select nominal, max(known_from) as known_from,
            max(greatest(event_on, outcome_on)) as last_on
        from entry_version group by nominal
    ) as said
    join score_nominal as numbered on numbered.id = said.nominal
    union all
    select nominal_id, greatest(recorded_at, day_over(coalesce(until_day, on_day)))
    from case_fact
    union all
    select nominal_id, greatest(given_at, day_over(review_due), (
        select max(greatest(at, day_over(step.review_due))) from manual_score_step as step
        where step.manual_score = given.id))
    from manual_score as given
    union all
    select nominal_id, recorded_at from partner_assessment
    union all
    select nominal_id, decided_at from ownership where decided_by is not null
    union all
    select nominal_id, greatest(made_at, day_over(review_on)) from joint_plan
    union all
    select nominal_id, said_at from inbox_answer
    union all
    select asked.nominal_id, greatest(asked_at, said.said_at)
    from consultation as asked
    left join consultation_answer as said on said.consultation = asked.id
    union all
    select substr(subject, 9), given_at from reason where subject like 'nominal %'
$$;
-- Nominals of whom nothing was said for that long and whom nothing names that stays: no
-- hit, verdict, breach, order, zone, case or meeting. Who shares the versions of an entry
-- or of a fact with somebody who stays, stays: without one version another would hold.
create function nominals_due(upto timestamptz)
returns table (nominal_id text, last_at timestamptz, held boolean)
language sql stable set search_path = public, pg_temp as $$
    with old as materialized (
        select nominal_id, max(said_at) as last_at from nominals_said()
        group by nominal_id having max(said_at) <= upto
    ), named as materialized (
        select nominal_id from hit
        union select nominal_id from verdict_list
        union select unnest(nominal_ids) from verdict_list
        union select nominal_id from breach
        union select nominal_id from tag_order
        union select nominal_id from zone_version
        union select nominal_id from casework_said()
        union select unnest(nominal_ids) from meeting
    ), over as materialized (
        select old.nominal_id, old.last_at,
            old.nominal_id in (select held_nominals()) as held
        from old
        where not exists (select from named where named.nominal_id = old.nominal_id)
    ), apart as (
        select nominal_id from over where not held
    )
    select over.nominal_id, over.last_at, over.held
    from over
    where not exists (
            select from score_nominal as one
            join entry_version as theirs on theirs.nominal = one.id
            join entry_version as same on same.entry_id = theirs.entry_id
                and same.nominal <> theirs.nominal
            join score_nominal as other on other.id = same.nominal
            where one.nominal_id = over.nominal_id
                and other.nominal_id not in (select nominal_id from apart))
        and not exists (
            select from case_fact as theirs
            join case_fact as same on same.fact_id = theirs.fact_id
                and same.nominal_id <> theirs.nominal_id
            where theirs.nominal_id = over.nominal_id
                and same.nominal_id not in (select nominal_id from apart))
$$;
-- All of them goes: addresses, entries, manual scores, facts, who owned them, holds that
-- are over. Stored scores keep a number that is nobody's any more.
create function nominals_forgotten(upto timestamptz, at_most integer,
    out n_nominals bigint, out n_addresses bigint, out n_entries bigint,
    out n_facts bigint, out n_manual_scores bigint, out n_owners bigint,
    out first_at timestamptz, out last_at timestamptz)
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    gone    text[];
    numbers integer[];
    entries text[];
    events  bigint[];
begin
    perform forgettable(upto);
    -- As for a file of entries; and a record that a file is changing is waited for.
    perform pg_advisory_xact_lock(hashtext('geocorr.entries'));
    perform from nominal
    where nominal_id in (select due.nominal_id from nominals_due(upto) as due)
    order by nominal_id for update;
    select array_agg(due.nominal_id), count(*), min(due.last_at), max(due.last_at)
    into gone, n_nominals, first_at, last_at
    from (select * from nominals_due(upto) as n where not n.held
        order by n.last_at, n.nominal_id limit at_most) as due;
    numbers := array(select id from score_nominal where nominal_id = any(gone));
    entries := array(select distinct entry_id from entry_version
        where nominal = any(numbers));
    events := array(select distinct event from entry_version
        where entry_id = any(entries) and event is not null);

    delete from entry_version where entry_id = any(entries);
    get diagnostics n_entries = row_count;
    delete from entry_event where id = any(events)
        and not exists (select from entry_version where event = entry_event.id);
    delete from score_change where nominal = any(numbers);
    delete from score_nominal where id = any(numbers);
    delete from outbox_step using outbox as of
    where of.id = outbox_step.outbox and of.nominal_id = any(gone);
    delete from outbox where nominal_id = any(gone);

    delete from manual_score_step using manual_score as of
    where of.id = manual_score_step.manual_score and of.nominal_id = any(gone);
    delete from manual_score where nominal_id = any(gone);
    get diagnostics n_manual_scores = row_count;
    delete from partner_assessment where nominal_id = any(gone);
    delete from case_fact where fact_id in (
        select fact_id from case_fact where nominal_id = any(gone));
    get diagnostics n_facts = row_count;

    delete from inbox_answer where nominal_id = any(gone);
    delete from inbox_escalation where nominal_id = any(gone);
    delete from proposal where nominal_id = any(gone);
    delete from joint_plan where nominal_id = any(gone);
    delete from ownership where nominal_id = any(gone);
    get diagnostics n_owners = row_count;

    delete from consultation_answer using consultation as of
    where of.id = consultation_answer.consultation and of.nominal_id = any(gone);
    delete from consultation where nominal_id = any(gone);
    delete from address_place using nominal_address as of
    where of.id = address_place.address and of.nominal_id = any(gone);
    delete from nominal_address where nominal_id = any(gone);
    get diagnostics n_addresses = row_count;

    delete from reason where subject in (select 'nominal ' || unnest(gone));
    delete from hold_end using hold as of
    where of.id = hold_end.hold and of.nominal_id = any(gone);
    delete from hold where nominal_id = any(gone);
    delete from nominal where nominal_id = any(gone);
end
$$;

do $$
declare
    one text;
begin
    foreach one in array array['breaches_forgotten(timestamptz, integer)',
        'scores_forgotten(timestamptz, integer)',
        'notices_forgotten(timestamptz, integer)',
        'casework_forgotten(timestamptz, integer)',
        'meetings_forgotten(timestamptz, integer)',
        'orders_forgotten(timestamptz, timestamptz, interval, integer)',
        'zones_forgotten(timestamptz, integer)',
        'nominals_forgotten(timestamptz, integer)'] loop
        execute 'revoke execute on function ' || one || ' from public';
        call allow('geocorr_worker', 'execute', 'function ' || one);
    end loop;
end
$$;
-- Of whom somebody asked for more is told by what they asked about.
call allow('geocorr_worker', 'select', 'reason');
