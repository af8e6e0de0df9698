-- name: record_assessment
-- What a partner thinks of a nominal's risk; its number.
insert into partner_assessment (nominal_id, agency, assessed_on, level, reason, by)
values ($1, $2, $3, $4, $5, $6)
returning id;

-- name: assessments_of
-- All that partners said of a nominal, the latest first.
select id, nominal_id, agency, assessed_on, level, reason, by, recorded_at
from partner_assessment
where nominal_id = $1
order by assessed_on desc, id desc;
