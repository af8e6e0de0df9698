-- ---- Evidence of many hits (0009_evidence_pieces.sql) ----

-- The evidence of a run with many hits, end to end in pieces that each fill a page: laid
-- aside one by one it took longer than all of the matching. A hit says at which byte its
-- own begins, counted in whole pieces of 8,100, and how long it is; hits of small runs,
-- and older ones, carry it themselves. No foreign key: that the run is there, a hit of it
-- says, and nothing reads a piece but by its hit.
create table hit_evidence (
    run   bigint not null,
    piece integer not null,
    data  bytea not null check (octet_length(data) <= 8100),
    primary key (run, piece)
) with (toast_tuple_target = 8160);
alter table hit_evidence alter column data set storage plain;
alter table hit
    add column evidence_at bigint,
    add column evidence_bytes integer,
    add check (evidence_at is null or evidence is null);
call allow('geocorr_worker', 'select, insert', 'hit_evidence');
call allow('geocorr_web', 'select', 'hit_evidence');
