-- name: stage
-- the rows of a file on their way in
create temporary table postcode_stage (
    row_no integer, postcode text, x_m double precision, y_m double precision,
    quality smallint, terminated date
) on commit drop;

-- name: keep_file
-- which file postcodes came from; it is public, so its bytes are not kept
insert into postcode_file (sha256, name, loaded_by) values ($1, $2, $3) returning id;

-- name: repeated
-- how many rows say again what a later row of the file says
select count(*) - count(distinct postcode) from postcode_stage;

-- name: merge
-- what a file says anew of its postcodes, the last row of each; how many that are
with given as (
    select distinct on (postcode) postcode, x_m, y_m, quality, terminated
    from postcode_stage order by postcode, row_no desc
), changed as (
    insert into postcode as held (postcode, x_m, y_m, quality, terminated, file)
    select postcode, x_m, y_m, quality, terminated, $1 from given
    on conflict (postcode) do update
    set x_m = excluded.x_m, y_m = excluded.y_m, quality = excluded.quality,
        terminated = excluded.terminated, file = excluded.file
    where (held.x_m, held.y_m, held.quality, held.terminated) is distinct from
        (excluded.x_m, excluded.y_m, excluded.quality, excluded.terminated)
    returning 1
)
select count(*) from changed;

-- name: place
-- where a postcode lies, metres of the National Grid; none where it has no place
select x_m, y_m from postcode where postcode = $1 and x_m is not null;
