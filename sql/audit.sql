-- name: note
-- who did what; written once
insert into audit (actor, action, subject, detail) values ($1, $2, $3, $4);

-- name: entries
-- the latest entries, newest first
select id, at, actor, action, subject, detail from audit order by id desc limit $1;
