-- name: give_reason
-- Why somebody asks for more; its number opens what was asked for.
insert into reason (account, purpose, subject, from_at, to_at, reason)
values ($1, $2, $3, $4, $5, $6)
returning id;

-- name: given_reason
-- A reason that this account gave, for this purpose and subject.
select id, purpose, subject, from_at, to_at, reason, given_at from reason
where id = $1 and account = $2 and purpose = $3 and subject = $4;
