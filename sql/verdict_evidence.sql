-- name: read_evidence
-- What the answers of a run rest on.
select coalesce(evidence, (select string_agg(bytes, ''::bytea order by piece)
        from verdict_evidence where verdict_evidence.run = list.run), ''::bytea)
        as evidence,
    evidence_starts, evidence_ends, order_from_us, order_to_us
from verdict_list as list where run = $1;

-- name: tampering_known
-- Of which answers of a run tampering would be known; null in older runs.
select tamper_known_of from verdict_list where run = $1;
