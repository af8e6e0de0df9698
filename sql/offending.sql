-- name: offences
-- The charged or cautioned offences of some days, as they are known now: one row for each
-- nominal and event, with the place of the crime that has the event's reference. What an
-- ending outcome ($4) closed by the last of the days does not count.
with standing as (
    select v.*, kind.data_set, kind.code,
        case when v.outcome_on <= $3::date then v.outcome else 'none' end as by_then
    from entry_version as v
    join entry_kind as kind on kind.id = v.kind and kind.data_set in ('crimes', 'icis')
    join score_nominal as who on who.id = v.nominal
        and ($1::text[] is null or who.nominal_id = any($1))
    where v.event_on > $2::date and v.event_on <= $3::date and not v.withdrawn
        and not exists (select from entry_version as r where r.replaces = v.id)
), offence as (
    select nominal, coalesce(event, -id) as event, min(event_on) as event_on,
        min(force) as force
    from standing
    where by_then <> all($4::text[]) and (by_then in ('charged', 'cautioned', 'convicted')
        or data_set = 'icis' and code in ('charged', 'cautioned'))
    group by nominal, coalesce(event, -id)
)
select who.nominal_id, offence.event_on, offence.force, at.x_m, at.y_m
from offence
join score_nominal as who on who.id = offence.nominal
left join nominal on nominal.nominal_id = who.nominal_id
left join entry_event as named on named.id = offence.event
left join crime on crime.force = coalesce(offence.force, nominal.force)
    and crime.reference = named.event_id and crime.state = 'current'
left join lateral (
    select x_m, y_m from crime_version where crime = crime.id
    order by version desc limit 1
) as at on true
order by who.nominal_id, offence.event_on, offence.event;

-- name: high_risk
-- Whose last band by a day is HIGH.
select who.nominal_id
from (
    select distinct on (nominal) nominal, band from score_change
    where day <= $2::date order by nominal, id desc
) as last
join score_nominal as who on who.id = last.nominal
where last.band = 'HIGH' and ($1::text[] is null or who.nominal_id = any($1))
order by who.nominal_id;
