-- name: claim_file
-- A file is known by its content: the second time nothing is inserted.
insert into trail_file (sha256, name, received_at, received_by)
values ($1, $2, $3, $4)
on conflict (sha256) do nothing
returning sha256;

-- name: keep_piece
-- A piece of the file as it came, compressed.
insert into trail_file_piece (sha256, piece, bytes) values ($1, $2, $3);

-- name: count_file
-- What storing the file came to.
update trail_file
set n_read = $2, n_new = $3, n_repeats = $4, first_fix_at = $5, last_fix_at = $6
where sha256 = $1;

-- name: find_file
-- The record of a file by its content.
select sha256, name, received_at, received_by, n_read, n_new, n_repeats
from trail_file where sha256 = $1;

-- name: read_piece
-- One piece of the file as it came.
select bytes from trail_file_piece where sha256 = $1 and piece = $2;
