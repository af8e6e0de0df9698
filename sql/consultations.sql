-- name: ask_bail
-- An area is asked to agree to a bail address; asked already, nothing.
insert into consultation (kind, nominal_id, address, owner_force, owner_lpu, force, lpu,
    rules, because)
values ('bail', $1, $2, $3, $4, $5, $6, $7, $8)
on conflict do nothing
returning id;

-- name: ask_transfer
-- Another force is asked to take a nominal over.
insert into consultation (kind, nominal_id, owner_force, owner_lpu, force, lpu, rules,
    because, asked_by)
values ('transfer', $1, $2, $3, $4, $5, $6, $7, $8)
returning id;

-- name: lock_consultations
-- One at a time asks and answers.
select pg_advisory_xact_lock(hashtext('geocorr.consultations'));

-- name: find_consultations
-- Consultations and transfers with their answers, what is pending first.
select c.id, c.kind, c.nominal_id, c.address, c.owner_force, c.owner_lpu, c.force, c.lpu,
    c.rules, c.because, c.asked_by, c.asked_at, said.answer, said.said_by, said.reason,
    said.said_at
from consultation as c
left join consultation_answer as said on said.consultation = c.id
where ($1::bigint is null or c.id = $1)
    and ($2::text is null or c.nominal_id = $2)
    and ($3::text is null or c.force = $3)
    and ($4::text is null or c.lpu = $4)
    and ($5::boolean is null or (said.answer is null) = $5)
order by said.answer is not null, c.asked_at, c.id;

-- name: answer_consultation
-- What became of it; said once.
insert into consultation_answer (consultation, answer, said_by, reason)
values ($1, $2, $3, $4);
