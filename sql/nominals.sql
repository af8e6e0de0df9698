-- name: upsert_nominals
-- the latest wording of a person's record holds
insert into nominal (nominal_id, family_name, given_names, date_of_birth, sex, pnc_id,
    cro, prison_number, crn, force, statutory, flags)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
on conflict (nominal_id) do update
set family_name = excluded.family_name, given_names = excluded.given_names,
    date_of_birth = excluded.date_of_birth, sex = excluded.sex,
    pnc_id = excluded.pnc_id, cro = excluded.cro,
    prison_number = excluded.prison_number, crn = excluded.crn,
    force = excluded.force, statutory = excluded.statutory, flags = excluded.flags,
    updated_at = now();

-- name: nominals
-- these nominals; all where none are named
select nominal_id, family_name, given_names, date_of_birth, sex, pnc_id, cro,
    prison_number, crn, force, statutory, flags
from nominal
where $1::text[] is null or nominal_id = any($1)
order by nominal_id;

-- name: upsert_addresses
-- an address that is known may end, be placed, or be seen again
insert into nominal_address (nominal_id, kind, line, postcode, x_m, y_m, valid_from,
    valid_to, source, recorded_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
on conflict (nominal_id, kind, line, postcode, valid_from) do update
set x_m = excluded.x_m, y_m = excluded.y_m, valid_to = excluded.valid_to,
    source = excluded.source, recorded_at = excluded.recorded_at;

-- name: addresses
-- where these nominals live and lived, oldest first; all where none are named
select nominal_id, kind, line, postcode, x_m, y_m, valid_from as from_at,
    valid_to as to_at, source, recorded_at
from nominal_address
where $1::text[] is null or nominal_id = any($1)
order by nominal_id, valid_from nulls first, kind, line;

-- name: flags
-- Force and flags of these nominals, or of all.
select nominal_id, force, flags from nominal
where $1::text[] is null or nominal_id = any($1)
order by nominal_id;

-- name: sharing_pnc
-- These nominals whose PNC id another one has too, with that one.
select mine.nominal_id, min(other.nominal_id) as other
from nominal as mine
join nominal as other on other.pnc_id = mine.pnc_id and other.nominal_id <> mine.nominal_id
where mine.nominal_id = any($1::text[])
group by mine.nominal_id order by mine.nominal_id;

-- name: addresses_at
-- The addresses that hold at a time, or have ended by then if asked for ($3), with what
-- operators and the postcodes say of each.
select a.id, a.nominal_id, a.kind, a.postcode, a.x_m, a.y_m, a.valid_from as from_at,
    a.valid_to as to_at, a.source, a.recorded_at, placed.x_m as placed_x_m,
    placed.y_m as placed_y_m, unit.x_m as unit_x_m, unit.y_m as unit_y_m, unit.quality
from nominal_address as a
left join postcode as unit on unit.postcode = upper(replace(a.postcode, ' ', ''))
left join (
    select distinct on (address) address, x_m, y_m
    from address_place order by address, id desc
) as placed on placed.address = a.id
where ($1::text[] is null or a.nominal_id = any($1))
    and (a.valid_from is null or a.valid_from <= $2::timestamptz)
    and ($3 or a.valid_to is null or a.valid_to > $2::timestamptz)
order by a.nominal_id, a.id;

-- name: place_address
-- An operator says where an address lies; what was said before stays. Nothing where the
-- nominal has no such address.
insert into address_place (address, x_m, y_m, placed_by, reason)
select id, $3, $4, $5, $6 from nominal_address where id = $2 and nominal_id = $1
returning id;
