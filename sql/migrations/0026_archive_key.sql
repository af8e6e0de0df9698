-- By what people get their numbers in an archive that leaves: a secret of this database,
-- so that nobody who has a list of names can reckon the numbers out, and the same hit
-- gives the same archive.
create table archive_key (
    only_one boolean primary key default true check (only_one),
    key      bytea not null check (octet_length(key) = 32)
        default sha256(convert_to(gen_random_uuid()::text || gen_random_uuid(), 'UTF8'))
);
insert into archive_key default values;
call allow('geocorr_worker', 'select', 'archive_key');
