-- name: is_guarded
-- Whether row security stands between us and a table.
select row_security_active($1);
