-- name: last_proposals
-- What was proposed last for each of these nominals by a day, or by now.
select distinct on (nominal_id) id, nominal_id, day, force, lpu, conflict, candidates,
    nights, rules, because, profile, profile_hash, policy_hash, made_at
from proposal where ($1::text[] is null or nominal_id = any($1))
    and ($2::date is null or day <= $2)
order by nominal_id, day desc, id desc;

-- name: append_proposals
-- What is proposed now; in columns, rules joined by `;`.
insert into proposal (day, policy_hash, nominal_id, force, lpu, conflict, candidates,
    nights, rules, because, profile, profile_hash)
select $1, $2, nominal_id, force, lpu, conflict, candidates::jsonb, nights::jsonb,
    string_to_array(rules, ';'), because, profile, profile_hash
from unnest($3::text[], $4::text[], $5::text[], $6::boolean[], $7::text[], $8::text[],
    $9::text[], $10::text[], $11::text[], $12::text[])
    as made (nominal_id, force, lpu, conflict, candidates, nights, rules, because,
        profile, profile_hash);
