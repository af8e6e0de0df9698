-- name: lock
-- one migrator at a time; the others wait for it
select pg_advisory_lock(hashtext('geocorr.migrate'));

-- name: unlock
-- let the next migrator see that nothing is left to do
select pg_advisory_unlock(hashtext('geocorr.migrate'));

-- name: journal
-- what was applied, and the hash that shows an edit afterwards
create table if not exists migration (
    version integer primary key,
    name text not null,
    sha256 text not null,
    applied_at timestamptz not null default now()
);

-- name: applied
-- the hash of every migration that was applied
select version, sha256 from migration order by version;

-- name: record
-- written in the transaction of the migration itself
insert into migration (version, name, sha256) values ($1, $2, $3);

-- name: uses_ostn15
-- control point TP09 of Ordnance Survey's OSTN15 developer pack
select st_distance(
    st_transform(st_setsrid(st_point(-0.1199255718, 51.4893656495), 4326), 27700),
    st_setsrid(st_point(530624.974, 178388.464), 27700)
) <= 0.02;
