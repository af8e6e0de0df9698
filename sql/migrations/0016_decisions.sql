-- HANTS-GPS-3, HANTS-GPS-4. What people say of a hit, in the order in which they said it,
-- beside the software's finding and never over it. The central team qualifies or
-- dismisses a hit and sends it; the force's officer decides. Each word is said of a
-- finding: this tag, on this person, at this version of the crime, with this verdict. A
-- run that finds the same again inherits the words; a corrected crime does not.
create table hit_decision (
    id            bigint generated always as identity primary key,
    hit           bigint not null references hit,
    crime_version bigint not null references crime_version,
    device_id     text not null,
    nominal_id    text not null,
    order_id      text not null,
    verdict       text not null,
    word          text not null check (word in
        ('qualified', 'dismissed', 'sent', 'ruled_in', 'ruled_out', 'needs_more')),
    said_by       text not null check (said_by <> ''),
    reason        text not null check (reason <> '' or word = 'sent'),
    note          text not null default '',
    said_at       timestamptz not null default now()
);
create index hit_decision_finding on hit_decision (crime_version, device_id, id);
create index hit_decision_said on hit_decision (said_at);
create index hit_decision_hit on hit_decision (hit);
-- What a force was told and no longer stands is looked for among those that went.
create index hit_gone on hit (crime_version, device_id) where state <> 'live';

-- How far people are with a hit: the last word on its finding. `recalled`: it was sent,
-- and no longer stands.
create view hit_stage as
select hit.id as hit,
    case
        when last.id is null then 'unreviewed'
        when hit.state <> 'live' and exists (
                select from hit_decision as said
                where said.crime_version = hit.crime_version
                    and said.device_id = hit.device_id
                    and said.nominal_id = hit.nominal_id
                    and said.order_id = hit.order_id and said.verdict = hit.verdict
                    and said.word = 'sent')
            and not exists (
                select from hit as again
                where again.crime_version = hit.crime_version and again.state = 'live'
                    and again.device_id = hit.device_id
                    and again.nominal_id = hit.nominal_id
                    and again.order_id = hit.order_id and again.verdict = hit.verdict)
            and not exists (
                select from hit as later
                where later.crime_version = hit.crime_version and later.state <> 'live'
                    and later.device_id = hit.device_id
                    and later.nominal_id = hit.nominal_id
                    and later.order_id = hit.order_id and later.verdict = hit.verdict
                    and later.id > hit.id)
            then 'recalled'
        else last.word
    end as stage,
    last.said_by, last.said_at, last.hit as said_of
from hit
left join lateral (
    select * from hit_decision as said
    where said.crime_version = hit.crime_version
        and said.device_id = hit.device_id and said.nominal_id = hit.nominal_id
        and said.order_id = hit.order_id and said.verdict = hit.verdict
    order by said.id desc limit 1
) as last on true;

call allow('geocorr_worker', 'select, insert', 'hit_decision');
call allow('geocorr_worker', 'select', 'hit_stage');
call allow('geocorr_web', 'select, insert', 'hit_decision');
call allow('geocorr_web', 'select', 'hit_stage');
call allow('geocorr_web', 'usage', 'sequence hit_decision_id_seq');
call allow('geocorr_worker', 'usage', 'sequence hit_decision_id_seq');
