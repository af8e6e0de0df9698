-- name: find_people
-- Nominals with their owner on a day and the band that they were last in, a page at a
-- time with the total. A word is an identifier, or how a name begins.
with found as materialized (
    select nominal.nominal_id, nominal.family_name, nominal.given_names,
        nominal.date_of_birth, nominal.flags, held.force, held.lpu, held.queue,
        held.managing_unit, held.joint, last_band.band
    from nominal
    join ownership_on($1) as held using (nominal_id)
    left join score_nominal using (nominal_id)
    left join lateral (
        select band from score_change
        where score_change.nominal = score_nominal.id
        order by score_change.id desc limit 1
    ) as last_band on true
    where ($2::text is null or nominal.nominal_id = $2
            or starts_with(lower(nominal.family_name), lower($2))
            or starts_with(lower(nominal.given_names), lower($2)))
        and ($3::text is null or held.lpu = $3 or exists (
            select from jsonb_array_elements(held.joint) as area
            where area ->> 'lpu' = $3))
        and ($4::text is null or last_band.band = $4)
        and ($5::text is null or held.force = $5 or nominal.force = $5)
), page as (
    select * from found
    order by array_position(array['HIGH', 'MEDIUM', 'LOW'], band), nominal_id
    limit $6 offset $7
)
select counted.total, page.*
from (select count(*) as total from found) as counted
left join page on true
order by array_position(array['HIGH', 'MEDIUM', 'LOW'], page.band), page.nominal_id;
