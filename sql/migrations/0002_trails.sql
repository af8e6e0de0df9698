-- Trails: one row for each device and UTC hour (more where it fell silent), partitioned
-- by day. A row belongs to the worker's role; people read the view `fix`.

-- The devices that ever sent a fix; rows of trails name them by number.
create table device (
    id        integer generated always as identity primary key,
    device_id text not null unique
);

-- n_borrowed leading vertices of `path` belong to the line that leads in from the row
-- before, the next n_own are the row's own; a lone fix stands twice. M is epoch seconds.
-- `bounds` is the box in x, y (metres) and t (epoch seconds) of all that, and of the
-- mean places of its stops. `attrs` and `stops` are packed: sql/trail_attributes.py,
-- sql/trail_copy.py.
create table trail (
    t_from      timestamptz not null,
    t_to        timestamptz not null,
    received_at timestamptz not null,
    device      integer not null,
    n_own       integer not null,
    n_borrowed  integer not null,
    bounds      cube not null,
    path        geometry(LineStringM) not null,
    attrs       bytea not null,
    stops       bytea not null,
    primary key (device, t_from)
) partition by range (t_from);
create index trail_bounds on trail using gist (bounds);
-- Neither gains by compression; left whole, they are read without a detour.
alter table trail alter column path set storage external;
alter table trail alter column attrs set storage external;

-- Make the partition of a UTC day unless it is there. Attached rather than created in
-- place, so that readers of other days need not wait. The owner's right, since a worker
-- may not make tables.
create function trail_partition(day date) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    part text := 'trail_' || to_char(day, 'YYYYMMDD');
begin
    if to_regclass('public.' || part) is not null then
        return;
    end if;
    perform pg_advisory_xact_lock(hashtext('trail_partition'));
    if to_regclass('public.' || part) is not null then
        return;
    end if;
    execute format(
        'create table %I (like trail including all) with (toast_tuple_target = 8160)',
        part
    );
    execute format(
        'alter table trail attach partition %I for values from (%L) to (%L)',
        part, day || ' 00:00:00+00', (day + 1) || ' 00:00:00+00'
    );
end
$$;

-- One row a fix, for people: own vertices only.
create view fix as
select
    device.device_id,
    to_timestamp(ST_M(vertex.geom)) as seen_at,
    ST_Force2D(vertex.geom) as place,
    trail.received_at
from trail
join device on device.id = trail.device
cross join lateral ST_DumpPoints(trail.path) as vertex
where vertex.path[1] > trail.n_borrowed
    and vertex.path[1] <= trail.n_borrowed + trail.n_own;

-- A trail file as it came, once for each content.
create table trail_file (
    sha256      bytea primary key check (octet_length(sha256) = 32),
    name        text not null,
    received_at timestamptz not null,
    received_by text not null,
    n_read      bigint not null default 0,
    n_new       bigint not null default 0,
    n_repeats   bigint not null default 0
);
create table trail_file_piece (
    sha256 bytea not null references trail_file on delete cascade,
    piece  integer not null,
    bytes  bytea not null,
    primary key (sha256, piece)
);
-- The pieces are compressed already.
alter table trail_file_piece alter column bytes set storage external;

-- HANTS-GPS-1: what was kept outside every order, and removed when its days were over.
create table trail_purge (
    id        bigint generated always as identity primary key,
    purged_at timestamptz not null,
    device_id text not null,
    t_from    timestamptz not null,
    t_to      timestamptz not null,
    n_fixes   integer not null
);

-- Only the worker handles trails, and only as whole tables: no right on a partition.
revoke execute on function trail_partition(date) from public;
call allow('geocorr_worker', 'select, insert', 'device, trail_file_piece, trail_purge');
call allow('geocorr_worker', 'select, insert, delete', 'trail');
call allow('geocorr_worker', 'select, insert', 'trail_file');
call allow('geocorr_worker', 'update (n_read, n_new, n_repeats)', 'trail_file');
call allow('geocorr_worker', 'select', 'fix');
call allow('geocorr_worker', 'execute', 'function trail_partition(date)');
