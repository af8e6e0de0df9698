-- name: inbox
-- What LPUs have to answer on a day: nominals given to them and not accepted since, with
-- the decision that gave them, oldest first; all LPUs where none is named.
with held as materialized (
    select * from ownership_on($1) as o
    where o.lpu is not null and ($2::text is null or o.lpu = $2)
        and ($3::text is null or o.nominal_id = $3)
), spell as (
    select held.*, first.id as first_decision, first.decided_at as since
    from held cross join lateral (
        select o.id, o.decided_at from ownership as o
        where o.nominal_id = held.nominal_id and o.lpu = held.lpu and o.id > coalesce((
            select max(p.id) from ownership as p
            where p.nominal_id = held.nominal_id and p.id < held.decision
                and (p.lpu is distinct from held.lpu)
                and p.act not in ('released', 'lapsed')
                and (held.decided_by is null or p.act <> 'found')), 0)
        order by o.id limit 1
    ) as first
)
select spell.nominal_id, spell.first_decision as decision, spell.force, spell.lpu,
    spell.act, spell.rules, spell.because, spell.decided_by, spell.since,
    told.escalated_at, said.answer, said.said_by, said.reason, said.said_at
from spell
left join inbox_escalation as told on told.decision = spell.first_decision
left join lateral (
    select * from inbox_answer as a
    where a.nominal_id = spell.nominal_id and a.lpu = spell.lpu
        and a.decision >= spell.first_decision
    order by a.id desc limit 1
) as said on true
where $4 or said.answer is null
order by spell.since, spell.nominal_id;

-- name: answer
-- What an LPU says of a nominal that was given to it, or that it claims.
insert into inbox_answer (nominal_id, decision, lpu, answer, reason, said_by)
values ($1, $2, $3, $4, $5, $6);

-- name: escalate
-- Silences of a whole working day, each told once.
insert into inbox_escalation (decision, nominal_id, lpu)
select * from unnest($1::bigint[], $2::text[], $3::text[])
on conflict (decision) do nothing
returning decision;
