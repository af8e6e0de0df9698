-- name: lock_decisions
-- Words on hits come one after the other, so that each sees the one before.
select pg_advisory_xact_lock(hashtext('geocorr.hit_decisions'));

-- name: stages
-- How far people are with these hits, and what was last said of an earlier version of
-- the crime about the same tag and person.
select hit.id as hit, stage, stage.said_by, stage.said_at, stage.said_of,
    hit.state, hit.state_reason, crime.force,
    before.word as earlier_word, before.version as earlier_version,
    before.said_by as earlier_by, before.said_at as earlier_at
from hit
join hit_stage as stage on stage.hit = hit.id
join crime_version as version on version.id = hit.crime_version
join crime on crime.id = version.crime
left join lateral (
    select said.word, earlier.version, said.said_by, said.said_at
    from crime_version as earlier
    join hit_decision as said on said.crime_version = earlier.id
    where earlier.crime = version.crime and earlier.version < version.version
        and said.device_id = hit.device_id and said.nominal_id = hit.nominal_id
    order by said.id desc limit 1
) as before on true
where hit.id = any($1::bigint[])
order by hit.id;

-- name: say
-- A word on the findings that these hits are; it stays with their crime versions.
insert into hit_decision (hit, crime_version, device_id, nominal_id, order_id, verdict,
    word, said_by, reason, note)
select id, crime_version, device_id, nominal_id, order_id, verdict, $2, $3, $4, $5
from hit
where id = any($1::bigint[])
order by id;

-- name: to_send
-- Live hits that are qualified and have not been sent, of one force or of all.
select hit
from hit_listed
where stage = 'qualified' and ($1::text is null or force = $1)
order by hit;

-- name: words_on
-- All that people ever said of this tag and person at this crime, oldest first, each
-- with the version of the crime that it was said of.
select said.id, said.hit, earlier.version as crime_version, said.verdict, said.word,
    said.said_by, said.reason, said.note, said.said_at,
    said.crime_version = hit.crime_version and said.verdict = hit.verdict
        and said.order_id = hit.order_id as of_this_finding
from hit
join crime_version as version on version.id = hit.crime_version
join crime_version as earlier on earlier.crime = version.crime
join hit_decision as said on said.crime_version = earlier.id
    and said.device_id = hit.device_id and said.nominal_id = hit.nominal_id
where hit.id = $1
order by said.id;

-- name: count_stages
-- How many hits stand at each stage, of one force or of all: live ones, and those that
-- were sent and no longer stand.
select stage, count(*) as hits
from hit_listed
where $1::text is null or force = $1
group by stage;
