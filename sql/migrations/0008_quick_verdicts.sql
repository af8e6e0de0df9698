-- Of each row of a trail a speed in metres a second that no line which leads into it, or
-- lies in it, exceeds, of lines that last `line_gap_s` at most. Where it is low, a
-- verdict need not look at the hour round its window. Null in older rows: not known.
alter table trail add column fastest_m_s real, add column line_gap_s real;

-- What the answers of a run rest on, in pieces that fill a page each, end to end by
-- number: written while other wearers are still being judged. Bytes are compact already.
-- Without a reference to the run, which the same transaction begins: it would be looked
-- up anew for each of thousands of pieces.
create table verdict_evidence (
    run   bigint not null,
    piece integer not null,
    bytes bytea not null,
    primary key (run, piece)
) with (toast_tuple_target = 8160);
alter table verdict_evidence alter column bytes set storage external;
call allow('geocorr_worker', 'select, insert', 'verdict_evidence');
call allow('geocorr_web', 'select', 'verdict_evidence');

-- Where each wearer's evidence begins in those pieces, and of whom reports of tampering
-- would be there. Older runs have all their evidence in the list itself, in its order,
-- and one word on tampering for all.
alter table verdict_list
    alter column evidence drop not null,
    add column evidence_starts bigint[],
    add column tamper_known_of boolean[],
    add check ((evidence is null) = (evidence_starts is not null));
