-- name: worn_in_time
-- Orders that hold a device at some instant of a closed stretch of time, as columns:
-- times in microseconds, an open end as $3.
select coalesce(array_agg(order_id), '{}') as order_id,
    coalesce(array_agg(device_id), '{}') as device_id,
    coalesce(array_agg(nominal_id), '{}') as nominal_id,
    coalesce(array_agg(basis), '{}') as basis,
    coalesce(array_agg((date_part('epoch', lower(during)) * 1e6)::bigint), '{}')
        as from_us,
    coalesce(array_agg(coalesce(
        (date_part('epoch', upper(during)) * 1e6)::bigint, $3::bigint)), '{}') as to_us,
    coalesce(array_agg(coalesce(
        (date_part('epoch', licence_ends) * 1e6)::bigint, $3::bigint)), '{}')
        as licence_us,
    coalesce(array_agg((date_part('epoch', coalesce(fitted_at, lower(during)))
        * 1e6)::bigint), '{}') as fitted_us,
    coalesce(array_agg(date_of_birth), '{}') as born
from tag_order
left join nominal using (nominal_id)
where during && tstzrange($1, $2, '[]');

-- name: known_nominal
-- Whether a nominal stands in the list of nominals or in any order.
select exists (select from nominal where nominal_id = $1)
    or exists (select from tag_order where nominal_id = $1);

-- name: reporting_devices
-- Of these devices those that would report a strap or a battery: they have done so, or
-- another device in an order of the same force (or, as they are, of none) has.
select distinct device_id from tag_order
where device_id = any($1::text[]) and coalesce(force, '') in (
    select coalesce(reporting.force, '') from tag_order as reporting
    where exists (select from device_event
        where device_event.device_id = reporting.device_id));
