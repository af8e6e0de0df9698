"""Who owns whom, as an officer reads it: lists, and one nominal with its history."""

from collections.abc import Sequence
from datetime import date

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from api.commands.person import tell_json
from api.owners.owned_spread import Spread
from api.owners.owning_acts import Shown
from sql.owners import Owned

QUEUES = {
    "not_decided": "not looked at yet",
    "to_be_placed": "to be placed by an operator",
    "contradictory": "contradictory addresses",
    "on_the_line": "on the line between areas",
    "outside": "outside every area",
    "not_aligned": "not geographically aligned",
    "disputed": "disputed",
}


def table(*names: str) -> Table:
    """An empty table with these headings."""
    drawn = Table(box=box.SIMPLE_HEAD, padding=(0, 0))
    for name in names:
        drawn.add_column(name, overflow="fold")
    return drawn


def add(drawn: Table, *cells: str) -> None:
    """A row of plain text: what people write may hold brackets."""
    drawn.add_row(*map(Text, cells))


def listed(found: Sequence[Owned]) -> Table:
    """Nominals with their owner, or the queue they wait in."""
    drawn = table("nominal", "owner", "unit", "shared with", "since", "why")
    for one in found:
        shared = ", ".join(str(a["lpu"] or a["force"]) for a in one.joint)
        add(
            drawn,
            one.nominal_id,
            standing(one),
            one.managing_unit or "-",
            shared or "-",
            _day(one.day),
            one.because or "-",
        )
    return drawn


def standing(one: Owned) -> str:
    """The owner, or the queue, in a few words."""
    if one.queue is not None:
        return QUEUES[one.queue]
    mark = " (found anew since)" if one.found_since else ""
    return f"{one.lpu or one.force}{mark}"


def _day(at: date | None) -> str:
    return "-" if at is None else f"{at:%d %b %Y}"


def tell_standing(one: Owned, as_json: bool) -> None:
    """Print how one nominal stands."""
    if as_json:
        tell_json(one)
        return
    told = f"{one.nominal_id}: {standing(one)}. {one.because or ''}"
    Console(highlight=False).print(told.rstrip(), markup=False)


def tell_one(found: Shown) -> None:
    """Print one nominal: owner, addresses, history, joint plans."""
    out, one = Console(highlight=False), found.standing
    rules = f" ({', '.join(one.rules)})" if one.rules else ""
    out.print(
        f"{one.nominal_id}: {standing(one)}, since {_day(one.day)}{rules}.",
        markup=False,
    )
    if one.because:
        out.print(one.because, markup=False)
    if one.managing_unit:
        out.print(f"Managed by {one.managing_unit}.")
    addresses = table("address", "kind", "postcode", "source", "placed by")
    for a in found.addresses:
        how = a.how if a.quality is None else f"{a.how}, quality {a.quality}"
        words = (a.postcode or "-", a.source or "-", how)
        add(addresses, str(a.number), a.kind, *words)
    if found.addresses:
        out.print(addresses)
    steps = table("day", "what", "owner or queue", "who", "why")
    for s in found.history:
        whose = s.lpu or s.force or QUEUES.get(s.queue or "", "-")
        what = s.act.replace("_", " ")
        add(steps, _day(s.day), what, whose, s.decided_by or "software", s.because)
    if found.history:
        out.print(steps)
    for plan in found.plans:
        leads = ", ".join(f"{a['lead']} for {a['area']}" for a in plan.leads)
        told = (
            f"Joint plan {plan.id} by {plan.made_by}: {leads}; review {plan.review_on}."
        )
        out.print(told, markup=False)


def tell_spread(found: Spread) -> None:
    """Print the areas with their nominals and crimes, and who waits in which queue."""
    out = Console(highlight=False)
    drawn = table("area", "force", "owned", "share", "shares in", "crimes", "share")
    for area in found.spread.value:
        n = area.counts
        add(
            drawn,
            n.lpu or "(no LPU known)",
            n.force,
            f"{n.owned:,}",
            _percent(area.of_owned),
            f"{n.shared:,}",
            f"{n.crimes:,}",
            _percent(area.of_crimes),
        )
    if found.spread.value:
        out.print(drawn)
    rules = ", ".join(found.spread.rules)
    out.print(f"{found.spread.because} ({rules})", markup=False)
    out.print(f"Nominals as on {found.day}, crimes since {found.crimes_since}.")
    for name, n_waiting in found.queues.items():
        out.print(f"{n_waiting:,} {QUEUES[name]}.")


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{share:.0%}"
