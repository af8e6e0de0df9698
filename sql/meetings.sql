-- name: record_meeting
-- A meeting that was held; its number.
insert into meeting (kind, held_on, agencies, nominal_ids, outcome, by)
values ($1, $2, $3, $4, $5, $6)
returning id;

-- name: find_meetings
-- A page of meetings, the latest first, with the total; one row with the total alone
-- where the page is empty.
with found as materialized (
    select * from meeting
    where ($1::text is null or kind = $1)
        and ($2::text is null or nominal_ids @> array[$2])
), page as (
    select * from found order by held_on desc, id desc limit $3 offset $4
)
select counted.total, page.*
from (select count(*) as total from found) as counted
left join page on true
order by page.held_on desc, page.id desc;
