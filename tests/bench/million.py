"""A million hits, made by SQL alone: forces, batches, crimes, hits, assessments, words.

Places, times, ratios and words are drawn from hashes of the numbers, so that each
filling is the same. Nine tenths of the hits nobody has looked at yet.
"""

from sql.db import Connection

FORCES = 43
CRIMES_A_BATCH = 150
HITS_A_CRIME = 3
PEOPLE = 20_000
# The days that the crimes spread over, and metres from the south-west corner.
_DAYS = 180
_RUN = (
    "insert into run (kind, policy, policy_hash, software_version)"
    " values ($1, '{}', 'bench', '0')"
)
_FILL = (
    "insert into original_file (sha256, kind, size_bytes, compressed, received_by)"
    " values (sha256('bench'), 'crimes', 0, '', 'bench')",
    """
insert into batch (force, batch_id, day, sha256, received_at, sender, zone, outcome,
    n_read, n_accepted, n_rejected, faults, warnings, refused)
select 'Force ' || lpad((n % {forces})::text, 2, '0'), 'F' || n, date '2026-01-01'
    + (n::bigint * {days} / {batches})::integer, sha256('bench'),
    timestamptz '2026-01-01 06:00Z'
        + n::bigint * {days} / {batches} * interval '1 day',
    'bench', 'UTC', 'SUCCESSFUL', {crimes_a_batch}, {crimes_a_batch}, 0,
    '[]', '[]', '[]'
from generate_series(1, {batches}) as n
""",
    """
insert into crime (force, reference, last_batch)
select 'Force ' || lpad((b % {forces})::text, 2, '0'),
    'R/' || lpad((b * {crimes_a_batch} + n)::text, 8, '0'), b
from generate_series(1, {batches}) as b, generate_series(1, {crimes_a_batch}) as n
order by b, n
""",
    """
insert into crime_version (crime, force, version, batch, crime_type,
    crime_type_description, window_from, window_to, latitude, longitude, x_m, y_m,
    free_text, flags, changed)
select crime.id, force, 1, last_batch,
    (array['RB', 'TFP', 'BIAD', 'TOMV', 'AB'])[1 + h % 5], 'as recorded',
    at, at + interval '30 minutes' * (1 + h % 4), 51.5, -0.5,
    400000 + h % 200000, 150000 + (h / 7) % 200000, '', '{{}}', '{{}}'
from crime
cross join lateral (
    select abs(hashint8(crime.id)::bigint) as h) as hashed
cross join lateral (
    select timestamptz '2026-01-01Z' + last_batch::bigint * {days} / {batches}
        * interval '1 day' - h % 86400 * interval '1 second' as at) as timed
order by crime.id
""",
    "insert into batch_crime select batch, id from crime_version",
    """
insert into nominal (nominal_id, family_name, given_names, force, flags)
select 'N' || n, (array['Smith', 'Jones', 'Khan', 'Evans', 'Ito'])[1 + n % 5] || n / 50,
    'A', 'Force ' || lpad((n % {forces})::text, 2, '0'), '{{}}'
from generate_series(0, {people} - 1) as n
""",
    """
insert into hit (run, force, crime_version, device_id, nominal_id, order_id, verdict,
    fixes_inside, visits, first_inside, last_inside, probability, mechanisms, rules,
    because)
select 1, force, version.id, 'D' || h % {people}, 'N' || h % {people},
    'O' || h % {people},
    verdict, 1 + h % 30, 1, window_from, window_to,
    case when verdict = 'passed' then null else (h % 1000) / 1000.0 end, 'GPS:3',
    '{{HANTS-GPS-3}}', 'Three fixes lie inside the vicinity during the window.'
from crime_version as version
cross join generate_series(1, {hits_a_crime}) as n
cross join lateral (
    select abs(hashint8(version.id * {hits_a_crime} + n)::bigint) as h) as hashed
cross join lateral (
    select (array['hit', 'hit', 'passed', 'passed', 'possible'])[1 + h % 5]
        as verdict) as said
order by version.id, n
""",
    """
insert into assessment (run, hit, as_at, n, k, base_rate, likelihood_ratio, lambda,
    rules, because, weeks, windows_from, windows_to, coverages, verdicts)
select 2, id, timestamptz '2026-07-01Z', 16, 1, 0.1, exp((h % 900) / 100.0 - 1), 1,
    '{{}}', 'Seen there in one of sixteen weeks.', '{{}}', '{{}}', '{{}}', '{{}}',
    '{{}}'
from hit cross join lateral (select abs(hashint8(id + 7)::bigint) as h) as hashed
where verdict <> 'possible'
order by id
""",
    """
insert into hit_decision (hit, crime_version, device_id, nominal_id, order_id, verdict,
    word, said_by, reason)
select hit.id, crime_version, device_id, nominal_id, order_id, verdict, word, 'bench',
    'bench'
from hit
cross join lateral (select abs(hashint8(hit.id + 11)::bigint) % 100 as h) as hashed
cross join lateral (
    select unnest(case
        when h < 5 then array['dismissed'] when h < 6 then array['qualified']
        when h < 9 then array['qualified', 'sent']
        when h < 10 then array['qualified', 'sent', 'ruled_out']
        else '{{}}'::text[] end) as word) as said
order by hit.id
""",
)
_TABLES = (
    "batch, crime, crime_version, batch_crime, nominal, hit, assessment, hit_decision,"
    " hit_listed"
)


async def fill(conn: Connection, hits: int) -> None:
    """Fill an empty migrated database, as its owner, and let it settle."""
    sizes = {
        "forces": FORCES,
        "days": _DAYS,
        "batches": hits // (CRIMES_A_BATCH * HITS_A_CRIME),
        "crimes_a_batch": CRIMES_A_BATCH,
        "hits_a_crime": HITS_A_CRIME,
        "people": PEOPLE,
    }
    for kind in ("match", "assess"):
        await conn.execute(_RUN, kind)
    for statement in _FILL:
        await conn.execute(statement.format(**sizes), timeout=1_200)
    for table in _TABLES.split(", "):
        await conn.execute(f"vacuum analyze {table}", timeout=1_200)
