-- Who sees which rows. The web says at the head of every transaction who asks
-- (`geocorr.account`, `.roles`, `.force`, `.lpu`; sql/db.py), and what it does not say
-- it does not see: a route that forgets a filter shows nothing of another's. The worker
-- sees all. On a database of one's own without our roles there is nobody to tell apart.

-- What the transaction says of who asks; null where it says nothing.
create function acting(what text) returns text
language sql stable parallel safe as $$
    select nullif(current_setting('geocorr.' || what, true), '')
$$;

create function acts_as(variadic asked text[]) returns boolean
language sql stable parallel safe as $$
    select coalesce(string_to_array(acting('roles'), ',') && asked, false)
$$;

-- Whether the web asks, also inside a function of the owner's rights.
create function asked_by_web() returns boolean
language sql stable parallel safe as $$
    select coalesce(nullif(current_setting('role', true), 'none'), session_user)
        = 'geocorr_web'
$$;

-- Take a right from a role, where the role exists.
create procedure forbid(role_name text, privileges text, on_what text)
language plpgsql as $$
begin
    if to_regrole(role_name) is not null then
        execute format('revoke %s on %s from %I', privileges, on_what, role_name);
    end if;
end
$$;

-- Show the web those rows of these tables for which `visible` holds ({table} is the one
-- it stands for), and let it add those for which `sayable` does (as visible, unless
-- given).
create procedure guard(tables text, visible text, sayable text default null)
language plpgsql as $$
declare
    one text;
begin
    foreach one in array regexp_split_to_array(tables, ',\s*') loop
        execute format('alter table %I enable row level security', one);
        if to_regrole('geocorr_worker') is not null then
            execute format('create policy worker on %I to geocorr_worker using (true)',
                one);
        end if;
        if to_regrole('geocorr_web') is not null then
            execute format('create policy web on %I to geocorr_web using (%s)'
                || ' with check (%s)', one,
                replace(visible, '{table}', quote_ident(one)),
                replace(coalesce(sayable, visible), '{table}', quote_ident(one)));
        end if;
    end loop;
end
$$;

-- ---- Whose force: beside every version of a crime and every hit ----
-- What a policy asks of each row stands in the row; that it is the crime's own force,
-- the foreign keys see to.
alter table crime add unique (id, force);

alter table crime_version add column force text;
update crime_version set force = crime.force from crime where crime.id = crime;
alter table crime_version
    alter column force set not null,
    add unique (id, force),
    drop constraint crime_version_crime_fkey,
    add foreign key (crime, force) references crime (id, force);

alter table hit add column force text;
update hit set force = version.force
from crime_version as version where version.id = crime_version;
alter table hit
    alter column force set not null,
    drop constraint hit_crime_version_fkey,
    add foreign key (crime_version, force) references crime_version (id, force);

-- ---- Whose nominals ----
create index ownership_area on ownership (force, lpu) where force is not null;
create index ownership_joint on ownership using gin (joint jsonb_path_ops)
    where joint <> '[]';
create index proposal_area on proposal (force, lpu) where force is not null;
create index consultation_area on consultation (force, lpu);
-- Hits that no longer stand too: who was told of one goes on seeing whom it was of.
drop index hit_nominal;
create index hit_nominal on hit (nominal_id, first_inside);

-- Whom an LPU, or a force as a whole, has to do with today: whom it owns or shares, who
-- waits and is proposed to it, and on whom it is consulted.
create function nominals_of_area(of_force text, of_lpu text) returns setof text
language sql stable set search_path = public, pg_temp rows 500 as $$
    with area as (
        select (now() at time zone 'Europe/London')::date as today,
            jsonb_build_array(jsonb_strip_nulls(
                jsonb_build_object('force', of_force, 'lpu', of_lpu))) as shared
    ), named as (
        select nominal_id from ownership
        where force = of_force and (of_lpu is null or lpu = of_lpu)
        union
        select nominal_id from ownership, area
        where joint <> '[]' and joint @> area.shared
        union
        select nominal_id from proposal
        where force = of_force and (of_lpu is null or lpu = of_lpu)
    )
    select named.nominal_id
    from named
    cross join area
    left join lateral (
        select * from ownership as o
        where o.nominal_id = named.nominal_id and o.day <= area.today
            and o.act = 'found'
        order by o.day desc, o.id desc limit 1
    ) as found on true
    left join lateral (
        select * from ownership as o
        where o.nominal_id = named.nominal_id and o.day <= area.today
            and o.act <> 'found'
        order by o.day desc, o.id desc limit 1
    ) as said on true
    cross join lateral (
        select case when said.act not in ('released', 'lapsed') then said.force
                else found.force end as force,
            case when said.act not in ('released', 'lapsed') then said.lpu
                else found.lpu end as lpu
    ) as held
    where held.force = of_force and (of_lpu is null or held.lpu = of_lpu)
        or held.force is not null and found.joint @> area.shared
        or held.force is null and exists (
            select from (
                select * from proposal
                where nominal_id = named.nominal_id order by day desc, id desc limit 1
            ) as last
            where last.force = of_force and (of_lpu is null or last.lpu = of_lpu))
    union
    select nominal_id from consultation
    where force = of_force and (of_lpu is null or lpu is null or lpu = of_lpu)
        and not exists (select from consultation_answer as answered
            where answered.consultation = consultation.id)
$$;

-- Those of an LPU team or an OM Inspector; of an Inspector or a Supervisor without an
-- LPU those of the force.
create function our_nominals() returns setof text
language plpgsql stable security definer set search_path = public, pg_temp rows 500
as $$
begin
    if acting('force') is not null and (
            acts_as('om_inspector', 'supervisor')
            or acts_as('lpu_team') and acting('lpu') is not null) then
        return query select nominals_of_area(acting('force'), acting('lpu'));
    end if;
end
$$;

-- Whose case one may read: theirs, and of intelligence in a force all of that force.
create function case_nominals() returns setof text
language plpgsql stable security definer set search_path = public, pg_temp rows 1000
as $$
begin
    return query select our_nominals();
    if acts_as('intelligence') and acting('force') is not null then
        return query select nominals_of_area(acting('force'), null)
            union select nominal_id from nominal where force = acting('force');
    end if;
end
$$;

-- Intelligence that is of no force is of all.
create function sees_all_cases() returns boolean
language sql stable parallel safe as $$
    select acts_as('intelligence') and acting('force') is null
$$;

-- The force whose crimes an investigator sees.
create function investigated_force() returns text
language sql stable parallel safe as $$
    select case when acts_as('investigator') then acting('force') end
$$;

-- The crimes of the hits of an LPU's nominals.
create function our_crimes() returns table (crime_version bigint, crime bigint)
language sql stable security definer set search_path = public, pg_temp rows 500 as $$
    select distinct version.id, version.crime
    from hit join crime_version as version on version.id = hit.crime_version
    where hit.nominal_id in (select our_nominals())
$$;

-- ---- Crimes and hits ----
call guard('batch',
    '(select acts_as(''central_team'')) or force = (select investigated_force())');
call guard('crime',
    '(select acts_as(''central_team'')) or force = (select investigated_force())
    or id in (select ours.crime from our_crimes() as ours)');
call guard('crime_version',
    '(select acts_as(''central_team'')) or force = (select investigated_force())
    or id in (select ours.crime_version from our_crimes() as ours)');
call guard('batch_crime', '(select acts_as(''central_team''))
    or exists (select from batch as of where of.id = batch_crime.batch)');
call guard('hit',
    '(select acts_as(''central_team'')) or force = (select investigated_force())
    or nominal_id in (select our_nominals())');
call guard('hit_decision', '(select acts_as(''central_team''))
        or exists (select from hit as of where of.id = hit_decision.hit)',
    '(select acts_as(''central_team'', ''investigator''))
        and exists (select from hit as of where of.id = hit_decision.hit)');
call guard('assessment', '(select acts_as(''central_team''))
    or exists (select from hit as of where of.id = assessment.hit)');
call guard('coverage_statement', '(select acts_as(''central_team'')) or exists (
    select from crime_version as of where of.id = coverage_statement.crime_version)');
call guard('coverage_due', '(select acts_as(''central_team'')) or exists (
    select from crime_version as of where of.id = coverage_due.crime_version)');

-- A run of a batch tells how many hits a force had; others tell of nobody.
call guard('run', '(select acts_as(''central_team'', ''lpu_team'', ''intelligence'',
        ''om_inspector'', ''supervisor''))
    or (select acts_as(''investigator'')) and (batch is null
        or exists (select from batch as of where of.id = run.batch))');

-- Verdicts go to those who see the crime, and to who asked.
alter table verdict_list add column account text
    default nullif(current_setting('geocorr.account', true), '');
call guard('verdict_list', '(select acts_as(''central_team''))
    or (select acts_as(''investigator'')) and (
        account = (select acting(''account''))
        or exists (select from crime_version as of
            where of.id = verdict_list.crime_version
                and of.force = (select investigated_force())))');

-- ---- Persons ----
-- By their cases; and for who works on hits by the hits that they see.
call guard('nominal, tag_order', '(select sees_all_cases())
    or nominal_id in (select case_nominals())
    or (select acts_as(''central_team'', ''investigator''))
        and exists (select from hit as of where of.nominal_id = {table}.nominal_id)');
call guard('device_event', '(select sees_all_cases())
    or (select acts_as(''central_team'', ''investigator'', ''intelligence''))
        and exists (select from tag_order as of
            where of.device_id = device_event.device_id
                and of.during @> device_event.at)');
call guard('nominal_address, ownership, joint_plan, proposal, inbox_answer,
        inbox_escalation, score_nominal, manual_score, partner_assessment, outbox,
        case_fact, cohort_proposal, cohort_decision, disclosure',
    '(select sees_all_cases()) or nominal_id in (select case_nominals())');
call guard('address_place', '(select sees_all_cases()) or exists (
    select from nominal_address as of where of.id = address_place.address)');
call guard('manual_score_step', '(select sees_all_cases()) or exists (
    select from manual_score as of where of.id = manual_score_step.manual_score)');
call guard('outbox_step', '(select sees_all_cases()) or exists (
    select from outbox as of where of.id = outbox_step.outbox)');
call guard('score_change', '(select sees_all_cases()) or exists (
    select from score_nominal as of where of.id = score_change.nominal)');
-- A meeting on nobody by name is everyone's.
call guard('meeting', '(select sees_all_cases())
    or (select acts_as(''lpu_team'', ''intelligence'', ''om_inspector'', ''supervisor''))
        and (nominal_ids = ''{}''
            or nominal_ids && array(select case_nominals()))');

-- Who is asked, and who owns, sees a consultation; a referral and a case also who sits
-- where it was put.
call guard('consultation', '(select sees_all_cases())
    or nominal_id in (select case_nominals())
    or (select acts_as(''lpu_team'', ''om_inspector'', ''supervisor'', ''intelligence''))
        and (force = (select acting(''force''))
                and (lpu is null or (select acting(''lpu'')) is null
                    or lpu = (select acting(''lpu'')))
            or owner_force = (select acting(''force''))
                and (owner_lpu is null or (select acting(''lpu'')) is null
                    or owner_lpu = (select acting(''lpu''))))');
call guard('consultation_answer', '(select sees_all_cases()) or exists (
    select from consultation as of where of.id = consultation_answer.consultation)');
call guard('referral, managed_case', '(select sees_all_cases())
    or nominal_id in (select case_nominals())
    or (select acts_as(''lpu_team'', ''om_inspector'', ''supervisor''))
        and force = (select acting(''force''))
        and (lpu = '''' or lpu = (select acting(''lpu'')))');
call guard('referral_ruling', '(select sees_all_cases()) or exists (
    select from referral as of where of.id = referral_ruling.referral)');
call guard('case_entry', '(select sees_all_cases()) or exists (
    select from managed_case as of where of.id = case_entry.managed_case)');

-- Zones and breaches are the central team's, and intelligence's of its own nominals.
call guard('zone_version', '(select acts_as(''central_team'')) or (select sees_all_cases())
    or (select acts_as(''intelligence'')) and (
        nominal_id in (select case_nominals())
        or exists (select from tag_order as of
            where of.device_id = zone_version.device_id))');
call guard('breach', '(select acts_as(''central_team'')) or (select sees_all_cases())
    or (select acts_as(''intelligence'')) and nominal_id in (select case_nominals())');
call guard('breach_finding', '(select acts_as(''central_team'')) or exists (
    select from breach as of where of.id = breach_finding.breach)');
call guard('breach_outcome', '(select acts_as(''central_team'')) or exists (
    select from breach as of where of.id = breach_outcome.breach)');

-- Entries are read one by one by intelligence alone. What a score is made of all its
-- entries give, so who may see a score may have them reckoned: while they say so.
call guard('entry_version', '((select acts_as(''intelligence''))
        or (select acting(''reckoning'')) is not null)
    and ((select sees_all_cases()) or exists (
        select from score_nominal as of where of.id = entry_version.nominal))');
call guard('entry_event', '(select sees_all_cases()) or exists (
    select from entry_version as of where of.event = entry_event.id)');
call guard('weight_simulation', '(select acts_as(''intelligence''))');

-- What is done is always noted; who did what, auditors read.
call guard('audit', '(select acts_as(''auditor''))', 'true');

-- ---- Answers that are given again: to who asked ----
alter table idempotency_key
    add column account text not null
        default coalesce(current_setting('geocorr.account', true), ''),
    drop constraint idempotency_key_pkey,
    add primary key (account, key);
alter table idempotency_key enable row level security;
do $$
begin
    if to_regrole('geocorr_worker') is not null then
        create policy worker on idempotency_key to geocorr_worker using (true);
    end if;
    if to_regrole('geocorr_web') is not null then
        create policy web on idempotency_key to geocorr_web
            using (account = coalesce((select acting('account')), ''));
        create policy web_forgets on idempotency_key for delete to geocorr_web
            using (true);
    end if;
end
$$;

-- ---- Scores: lists of many nominals, cut to those that one may see ----
call forbid('geocorr_web', 'select', 'score_list');
create function score_lists_seen(of_day date) returns table (
    id bigint, run bigint, everyone boolean, day date, force text, known_at timestamptz,
    profile text, weight_set bigint, nominals integer[], computed bigint[],
    unknown integer[], manual_nominals integer[], manual_given bigint[]
) language plpgsql stable security definer set search_path = public, pg_temp as $$
#variable_conflict use_column
declare
    seen integer[];
begin
    if not asked_by_web() or sees_all_cases() then
        return query
        select list.id, list.run, score_run.everyone, score_run.day, list.force,
            list.known_at, list.profile, list.weight_set, list.nominals, list.computed,
            list.unknown, list.manual_nominals, list.manual_given
        from score_list as list
        join score_run on score_run.run = list.run
        join run on run.id = list.run
        where score_run.day = of_day and run.state = 'done';
        return;
    end if;
    seen := array(
        select id from score_nominal where nominal_id in (select case_nominals()));
    return query
    select list.id, list.run, score_run.everyone, score_run.day, list.force,
        list.known_at, list.profile, list.weight_set, given.nominals, given.computed,
        given.unknown, instead.nominals, instead.given
    from score_list as list
    join score_run on score_run.run = list.run
    join run on run.id = list.run
    cross join lateral (
        select array_agg(n order by n) as nominals, array_agg(c order by n) as computed,
            array_agg(u order by n) as unknown
        from unnest(list.nominals, list.computed, list.unknown) as one (n, c, u)
        where n in (select unnest(seen))
    ) as given
    cross join lateral (
        select coalesce(array_agg(n order by n), '{}') as nominals,
            coalesce(array_agg(g order by n), '{}') as given
        from unnest(list.manual_nominals, list.manual_given) as one (n, g)
        where n in (select unnest(seen))
    ) as instead
    where score_run.day = of_day and run.state = 'done' and given.nominals is not null;
end
$$;

-- What lists from a day to a day gave to one nominal.
create function scores_given(of_nominal integer, first_day date, last_day date)
returns table (
    id bigint, run bigint, everyone boolean, day date, force text, known_at timestamptz,
    profile text, weight_set bigint, computed bigint, unknown integer, manual bigint
) language sql stable security definer set search_path = public, pg_temp as $$
    select list.id, list.run, score_run.everyone, score_run.day, list.force,
        list.known_at, list.profile, list.weight_set,
        list.computed[array_position(list.nominals, of_nominal)],
        list.unknown[array_position(list.nominals, of_nominal)],
        list.manual_given[array_position(list.manual_nominals, of_nominal)]
    from score_list as list
    join score_run on score_run.run = list.run
    where score_run.day between first_day and last_day
        and list.lowest <= of_nominal and list.highest >= of_nominal
        and of_nominal = any(list.nominals)
        and (not asked_by_web() or sees_all_cases() or exists (
            select from score_nominal as one
            where one.id = of_nominal and one.nominal_id in (select case_nominals())))
$$;

-- ---- Views ask as who reads them ----
alter view fix set (security_invoker = true);
alter view verdict set (security_invoker = true);
alter view ownership_queue set (security_invoker = true);
alter view cohort_now set (security_invoker = true);
alter view hit_stage set (security_invoker = true);

-- ---- Fixes: through these functions alone ----
-- What a hit rests on, where it does not carry it itself out of its pieces.
create function hit_evidence_of(of_hit bigint, piece_bytes integer) returns bytea
language sql stable security definer set search_path = public, pg_temp as $$
    select coalesce(hit.evidence, (
        select substring(string_agg(data, ''::bytea order by piece)
            from (hit.evidence_at % piece_bytes)::integer + 1 for hit.evidence_bytes)
        from hit_evidence
        where hit_evidence.run = hit.run
            and piece between hit.evidence_at / piece_bytes
                and (hit.evidence_at + hit.evidence_bytes - 1) / piece_bytes))
    from hit
    where hit.id = of_hit and (not asked_by_web() or acts_as('central_team')
        or hit.force = investigated_force())
$$;

create function breach_evidence_of(of_finding bigint) returns bytea
language sql stable security definer set search_path = public, pg_temp as $$
    select evidence from breach_finding
    where id = of_finding and (not asked_by_web() or acts_as('central_team'))
$$;

-- A stretch of a device's trail, as COPY would send its rows.
create function trail_rows_between(
    of_device text, from_at timestamptz, to_at timestamptz,
    out rows bytea, out device integer
) language sql stable set search_path = public, pg_temp as $$
    select string_agg('\x0008'::bytea
        || ('\x00000004' || int4send(device))
        || ('\x00000008' || timestamptz_send(t_from))
        || ('\x00000008' || timestamptz_send(received_at))
        || ('\x00000004' || int4send(n_own))
        || ('\x00000004' || int4send(n_borrowed))
        || (int4send(13 + 24 * ST_NPoints(path)) || geometry_send(path)
            || (int4send(octet_length(attrs)) || attrs
                || (int4send(octet_length(stops)) || stops))), ''), min(device)
    from trail
    where device = (select id from device where device_id = of_device)
        and t_from >= date_trunc('hour', from_at, 'UTC') and t_from <= to_at
$$;

-- The trail round a hit, as far as the order goes that it is of: `margin` either side of
-- the crime's window, more than `freely` for a reason alone. Every look is noted (the
-- audit has a column for the reason from the next migration on).
create function trail_round_hit(
    of_hit bigint, margin interval, freely interval, reason text
) returns table (
    device_id text, from_at timestamptz, to_at timestamptz, rows bytea, device integer
) language plpgsql security definer set search_path = public, pg_temp as $$
#variable_conflict use_column
declare
    seen record;
begin
    if margin > freely and coalesce(reason, '') = '' then
        raise 'A longer look needs a reason.' using errcode = 'insufficient_privilege';
    end if;
    select hit.id, hit.device_id, hit.order_id, hit.nominal_id,
        version.window_from - margin as from_at, version.window_to + margin as to_at
    into seen
    from hit join crime_version as version on version.id = hit.crime_version
    where hit.id = of_hit and (not asked_by_web() or acts_as('central_team')
        or hit.force = investigated_force());
    if not found then
        return;
    end if;
    insert into audit (actor, action, subject, detail, why)
    values (coalesce(acting('account'), session_user), 'read trail',
        'nominal ' || seen.nominal_id, jsonb_build_object('hit', seen.id,
            'margin_min', round(extract(epoch from margin) / 60)), coalesce(reason, ''));
    return query
    select seen.device_id, part.from_at, part.to_at, found.rows, found.device
    from tag_order
    cross join lateral (
        select greatest(seen.from_at, lower(during)) as from_at,
            least(seen.to_at, upper(during)) as to_at
    ) as part
    cross join lateral trail_rows_between(seen.device_id, part.from_at, part.to_at)
        as found
    where tag_order.order_id = seen.order_id and part.from_at <= part.to_at;
end
$$;

-- Where a nominal's tags were in a stretch of time, for a reason: to who sees the case,
-- and to an investigator of one who has a hit in the force. Every search is noted.
create function trail_of_nominal(
    of_nominal text, since timestamptz, until timestamptz, longest interval, reason text
) returns table (
    device_id text, from_at timestamptz, to_at timestamptz, rows bytea, device integer
) language plpgsql security definer set search_path = public, pg_temp as $$
#variable_conflict use_column
begin
    if coalesce(reason, '') = '' or until - since > longest then
        raise 'A search needs a reason and an end.'
            using errcode = 'insufficient_privilege';
    end if;
    if asked_by_web() and not (acts_as('central_team') or sees_all_cases()
            or acts_as('intelligence') and of_nominal in (select case_nominals())
            or exists (select from hit
                where hit.nominal_id = of_nominal and hit.force = investigated_force()))
    then
        return;
    end if;
    insert into audit (actor, action, subject, detail, why)
    values (coalesce(acting('account'), session_user), 'search locations',
        'nominal ' || of_nominal, jsonb_build_object('from', since, 'to', until),
        reason);
    return query
    select worn.device_id, part.from_at, part.to_at, found.rows, found.device
    from tag_order as worn
    cross join lateral (
        select greatest(since, lower(worn.during)) as from_at,
            least(until, upper(worn.during)) as to_at
    ) as part
    cross join lateral trail_rows_between(worn.device_id, part.from_at, part.to_at)
        as found
    where worn.nominal_id = of_nominal and worn.during && tstzrange(since, until, '[]')
    order by part.from_at, worn.device_id;
end
$$;

-- The web reads every column of a hit and of a finding but the fixes in it, and no piece
-- of evidence; a column that comes later it reads only once it is allowed to.
call forbid('geocorr_web', 'select', 'hit, breach_finding, verdict_list, verdict_evidence,
    hit_evidence, pgqueuer');
do $$
declare
    one record;
begin
    for one in
        select table_name, string_agg(quote_ident(column_name), ', '
            order by ordinal_position) as columns
        from information_schema.columns
        where table_schema = 'public'
            and table_name in ('hit', 'breach_finding', 'verdict_list', 'pgqueuer')
            and column_name not in ('evidence', 'payload')
        group by table_name order by table_name
    loop
        call allow('geocorr_web', format('select (%s)', one.columns), one.table_name);
    end loop;
end
$$;

do $$
declare
    named text;
    owners_alone text[] := array['nominals_of_area(text, text)',
        'trail_rows_between(text, timestamptz, timestamptz)'];
begin
    foreach named in array owners_alone || array[
        'our_nominals()', 'case_nominals()', 'our_crimes()',
        'score_lists_seen(date)', 'scores_given(integer, date, date)',
        'hit_evidence_of(bigint, integer)', 'breach_evidence_of(bigint)',
        'trail_round_hit(bigint, interval, interval, text)',
        'trail_of_nominal(text, timestamptz, timestamptz, interval, text)'
    ] loop
        execute format('revoke execute on function %s from public', named);
        if named <> all(owners_alone) then
            call allow('geocorr_worker', 'execute', 'function ' || named);
            call allow('geocorr_web', 'execute', 'function ' || named);
        end if;
    end loop;
end
$$;
