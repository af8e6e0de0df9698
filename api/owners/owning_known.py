"""What ownership rests on: a day's areas, and what is known of nominals that day."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import numpy as np
import shapely

from geocorr.dates import LONDON, years_later
from geocorr.ownership.areas import Area, Areas, Located, locate
from geocorr.ownership.joint import Offence
from geocorr.ownership.owner import Abode, Home
from geocorr.ownership.places import NOWHERE, Address, AddressKind, How, Placed, place
from geocorr.profile import Profile
from loaders.profile import Profiles
from sql import boundaries, nominals, offending, owners
from sql.db import Connection
from sql.nominals import Flags
from sql.owners import Found

_NO_AREA = Located((), ())


@dataclass(frozen=True, slots=True)
class Ground:
    """The areas of one day: the LPUs and, where a force has none, the force; and the
    forces that have LPUs, to say in which of them a gap is."""

    own: Areas
    divided: Areas
    codes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Known:
    """All that is known of some nominals on a day."""

    flags: Sequence[Flags]
    abodes: Mapping[str, Abode]
    offences: Mapping[str, Sequence[tuple[date, Offence]]]
    high: frozenset[str] | set[str]
    before: Mapping[str, Found]


def end_of(day: date) -> datetime:
    """The last instant of a day in London: what begins on a day holds that day."""
    midnight = datetime.combine(day + timedelta(days=1), time(), LONDON)
    return midnight.astimezone(UTC) - timedelta(microseconds=1)


async def ground_on(conn: Connection, day: date) -> Ground:
    """The areas that hold on a day."""
    at = end_of(day)
    stored = [
        b
        for kind in ("lpu", "force")
        for b in await boundaries.boundaries(conn, kind, at)
    ]
    shapes = shapely.from_wkb([b.wkb for b in stored])
    pairs = [
        (Area(b.force, b.code, b.name, b.kind, b.valid_from, b.valid_to), shape)
        for b, shape in zip(stored, shapes, strict=True)
    ]
    with_lpus = {area.force for area, _ in pairs if area.kind == "lpu"}
    split = [area.kind == "force" and area.force in with_lpus for area, _ in pairs]
    divided = [pair for pair, is_split in zip(pairs, split, strict=True) if is_split]
    own = [pair for pair, is_split in zip(pairs, split, strict=True) if not is_split]
    codes = frozenset(area.code for area, _ in pairs)
    return Ground(_areas(own), _areas(divided), codes)


def _areas(pairs: Sequence[tuple[Area, shapely.MultiPolygon]]) -> Areas:
    return Areas(tuple(area for area, _ in pairs), tuple(shape for _, shape in pairs))


async def known_on(
    conn: Connection,
    day: date,
    profiles: Profiles,
    ground: Ground,
    ids: Sequence[str] | None,
) -> Known:
    """All that decides who owns these nominals on a day, or all nominals."""
    flags = await nominals.flags(conn, ids)
    addresses = await nominals.addresses_at(conn, end_of(day), ids)
    chosen = {f.nominal_id: profiles.of(f.force) for f in flags}
    used = {id(p): p for p in chosen.values()}.values()
    years = max((p.ownership.joint_years for p in used), default=1)
    endings = sorted({e.value for p in used for e in p.scoring.ending_outcomes})
    # A day more than may count: of leap days only the nominal's own years can tell.
    span = (years_later(day, -years) - timedelta(days=1), day)
    offences = _placed_offences(
        await offending.offences(conn, span, endings, ids), ground.own
    )
    return Known(
        flags,
        _abodes(flags, addresses, chosen, ground),
        offences,
        await offending.high_risk(conn, day, ids),
        await owners.found_by(conn, day, ids),
    )


def _placed_offences(
    known: Sequence[offending.KnownOffence], areas: Areas
) -> dict[str, list[tuple[date, Offence]]]:
    """Each nominal's offences in their areas; on a line between two, in neither."""
    placed = [o for o in known if o.x_m is not None]
    where = _located(areas, [(o.x_m or 0.0, o.y_m or 0.0, 0.0) for o in placed])
    inside = {id(o): at.inside for o, at in zip(placed, where, strict=True)}
    found: dict[str, list[tuple[date, Offence]]] = defaultdict(list)
    for offence in known:
        here = inside.get(id(offence), ())
        area = here[0] if len(here) == 1 else None
        found[offence.nominal_id].append(
            (offence.event_on, Offence(area, offence.force))
        )
    return found


def _located(
    areas: Areas, places: Sequence[tuple[float, float, float]]
) -> tuple[Located, ...]:
    x_m, y_m, near_m = np.array(places, np.float64).reshape(-1, 3).T
    return locate(areas, x_m, y_m, near_m)


def _abodes(
    flags: Sequence[Flags],
    addresses: Sequence[Address],
    chosen: Mapping[str, Profile],
    ground: Ground,
) -> dict[str, Abode]:
    homes = [
        (a, place(a, chosen[a.nominal_id].ownership))
        for a in addresses
        if a.kind is AddressKind.HOME and a.nominal_id in chosen
    ]
    living: dict[str, list[Home]] = defaultdict(list)
    for home in _homes(homes, ground):
        living[home.address.nominal_id].append(home)
    others: dict[str, list[Address]] = defaultdict(list)
    for address in addresses:
        if address.kind is not AddressKind.HOME:
            others[address.nominal_id].append(address)
    return {
        f.nominal_id: Abode(
            tuple(living[f.nominal_id]), tuple(others[f.nominal_id]), f.flags
        )
        for f in flags
    }


def _homes(homes: Sequence[tuple[Address, Placed]], ground: Ground) -> list[Home]:
    """Each home with the areas it lies in and near."""
    there = [(a, p) for a, p in homes if p.how is not How.NONE]
    places = [(p.x_m or 0.0, p.y_m or 0.0, p.near_m) for _, p in there]
    where = _located(ground.own, places)
    gaps = _located(ground.divided, [(x, y, 0.0) for x, y, _ in places])
    return [
        Home(address, placed, at, gap.inside[0].name if gap.inside else None)
        for (address, placed), at, gap in zip(there, where, gaps, strict=True)
    ] + [Home(a, NOWHERE, _NO_AREA) for a, p in homes if p.how is How.NONE]
