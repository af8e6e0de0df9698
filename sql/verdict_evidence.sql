-- name: read_evidence
-- What the answers of a run rest on.
select coalesce(evidence, (select string_agg(bytes, ''::bytea order by piece)
        from verdict_evidence where verdict_evidence.run = list.run), ''::bytea)
        as evidence,
    evidence_starts, evidence_ends, tamper_known_of, proofs
from verdict_list as list where run = $1;
