-- name: lock_entries
-- Entries come in, and are scored, one after the other: so that what was known at a time
-- is all that was committed by then.
select pg_advisory_xact_lock(hashtext('geocorr.entries'));

-- name: known_at
-- The time that counts as now, taken after the lock.
select clock_timestamp();

-- name: number_nominals
-- A number for each of these nominals, where they have none.
insert into score_nominal (nominal_id)
select distinct nominal_id from unnest($1::text[]) as given (nominal_id)
where not exists (
    select from score_nominal where score_nominal.nominal_id = given.nominal_id)
order by nominal_id
on conflict do nothing;

-- name: keep_kinds
-- What these entries are weighted by, where it is new.
insert into entry_kind (data_set, code, grade)
select distinct data_set, code, grade
from unnest($1::text[], $2::text[], $3::text[]) as given (data_set, code, grade)
where (data_set, code, grade) not in (select data_set, code, grade from entry_kind)
order by data_set, code, grade
on conflict do nothing;

-- name: keep_events
-- The events that these entries name, where they are new.
insert into entry_event (event_id)
select distinct event_id from unnest($1::text[]) as given (event_id)
where event_id <> '' and not exists (
    select from entry_event where entry_event.event_id = given.event_id)
order by event_id
on conflict do nothing;

-- name: keep_versions
-- A version of each of these entries; it replaces the one that held.
insert into entry_version (entry_id, version, replaces, nominal, event, kind, event_on,
    outcome, outcome_on, handling, force, withdrawn, known_from)
select given.entry_id, coalesce(held.version, 0) + 1, held.id, score_nominal.id,
    entry_event.id, entry_kind.id, given.event_on, given.outcome, given.outcome_on,
    given.handling, given.force, given.withdrawn, $1
from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::date[], $7::text[],
        $8::text[], $9::text[], $10::date[], $11::text[], $12::text[], $13::boolean[])
    with ordinality as given (entry_id, nominal_id, event_id, data_set, event_on, code,
        grade, outcome, outcome_on, handling, force, withdrawn, position)
join score_nominal using (nominal_id)
join entry_kind on entry_kind.data_set = given.data_set
    and entry_kind.code = given.code and entry_kind.grade = given.grade
left join entry_event on entry_event.event_id = given.event_id
left join lateral (
    select id, version from entry_version
    where entry_version.entry_id = given.entry_id
    order by version desc limit 1
) as held on true
order by given.position;

-- name: held_entries
-- Of each of these entries the version that holds now.
select distinct on (entry_id) entry_id, nominal_id, coalesce(event_id, '') as event_id,
    data_set, event_on, code, grade, outcome, outcome_on, handling, force, withdrawn
from entry_version
join score_nominal on score_nominal.id = entry_version.nominal
join entry_kind on entry_kind.id = entry_version.kind
left join entry_event on entry_event.id = entry_version.event
where entry_id = any($1::text[])
order by entry_id, version desc;

-- name: versions_of_nominal
-- Every version that was ever of a nominal, and when each was replaced.
select entry_version.entry_id, nominal_id, coalesce(event_id, '') as event_id, data_set,
    entry_version.event_on, code, grade, entry_version.outcome,
    entry_version.outcome_on, entry_version.handling, entry_version.force,
    entry_version.withdrawn, entry_version.known_from,
    later.known_from as known_until
from entry_version
join score_nominal on score_nominal.id = entry_version.nominal
join entry_kind on entry_kind.id = entry_version.kind
left join entry_event on entry_event.id = entry_version.event
left join entry_version as later on later.replaces = entry_version.id
where score_nominal.nominal_id = $1
order by entry_version.event_on desc, entry_version.id;

-- name: kinds
-- What entries are weighted by, by number.
select id, data_set, code, grade from entry_kind order by id;

-- name: entry_columns
-- What scoring reads of the nominals of a range of numbers: the versions that held at a
-- time, of events in a range of days, by nominal and the latest event first.
select nominal, coalesce(event, -id) as event, kind, event_on,
    case when outcome_on is null then 0 else array_position($6::text[], outcome) end,
    coalesce(outcome_on, 'infinity')
from entry_version
where nominal >= $1::integer and nominal < $2::integer
    and event_on between $3::date and $4::date
    and known_from <= $5::timestamptz and not withdrawn
    and not exists (
        select from entry_version as later
        where later.replaces = entry_version.id and later.replaces is not null
            and later.known_from <= $5::timestamptz)
order by nominal, event_on desc, id;

-- name: entry_columns_of
-- The same of some nominals by their numbers.
select nominal, coalesce(event, -id) as event, kind, event_on,
    case when outcome_on is null then 0 else array_position($5::text[], outcome) end,
    coalesce(outcome_on, 'infinity')
from entry_version
where nominal = any($1::integer[])
    and event_on between $2::date and $3::date
    and known_from <= $4::timestamptz and not withdrawn
    and not exists (
        select from entry_version as later
        where later.replaces = entry_version.id
            and later.known_from <= $4::timestamptz)
order by nominal, event_on desc, id;

-- name: reckon
-- A score is reckoned from here on, or no longer (''): entries may be read for that alone.
select set_config('geocorr.reckoning', $1, true);
