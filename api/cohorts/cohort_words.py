"""A review and a nominal's cohorts as people read them, and as JSON has them."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from api.cohorts import cohorts
from api.cohorts.cohort_decisions import File
from api.cohorts.cohorts import Line, Reviewed
from api.cohorts.tag_scheme import Fit
from geocorr.cohorts.facts import Fact
from geocorr.cohorts.review import Action
from geocorr.cohorts.standing import Judged, Standing
from geocorr.model import Decision
from geocorr.wording import counted

_WORDS = {"consider": "to consider", "discuss": "to discuss"}
_STANDS = {
    Standing.MEETS: "fits",
    Standing.MAY: "for a person to consider",
    Standing.NOT: "does not fit",
}
_PROPOSED = {
    Action.LEAVE: "Leave",
    Action.DISCUSS: "Discuss with the supervisor",
    Action.ENTER: "Enter",
    Action.CONSIDER: "Consider",
    Action.STAY: "Stay",
}


def as_document(
    told: Reviewed, asked: Sequence[Line], listed: Sequence[Line], total: int
) -> dict[str, object]:
    return {
        "run": told.run,
        "day": told.day,
        "nominals": told.nominals,
        "changed": told.changed,
        "counts": cohorts.counts(asked),
        "total": total,
        "lines": [
            {
                "nominal_id": line.nominal_id,
                "force": line.force,
                "lpu": line.lpu,
                "profile": line.profile,
                "member": line.member,
                "review_on": line.review_on,
                "due": line.due,
                **asdict(line.made.value),
                "rules": line.made.rules,
                "evidence": line.made.evidence,
                "because": line.made.because,
            }
            for line in listed
        ],
    }


def in_order(line: Line) -> tuple[bool, int, int, str]:
    """What waits first, by what is proposed, then by priority: a key to sort by."""
    value = line.made.value
    place = list(_PROPOSED).index(value.action)
    return not line.due, place, -value.priority, line.nominal_id


def tell_review(
    told: Reviewed, asked: Sequence[Line], listed: Sequence[Line], total: int
) -> None:
    """The lines grouped by what is proposed, then the sums and what is waited for."""
    out = Console(highlight=False)
    _tell_lines(out, listed)
    counts = cohorts.counts(asked)
    due = counts.pop("due")
    words = ", ".join(
        f"{n:,} {_WORDS.get(name, name)}"
        for name, n in counts.items()
        if n and name != "none"
    )
    more = f" {total - len(listed):,} more: --limit." if total > len(listed) else ""
    kept = f"kept as run {told.run}" if told.run else "nothing was kept"
    out.print(f"{words or 'Nobody is in a cohort or proposed for one'}.{more}")
    waits = f"{due:,} {'waits' if due == 1 else 'wait'} for a person"
    looked = f"{counted(told.nominals, 'nominal')} reviewed as of {told.day}"
    out.print(f"{waits}; {looked} in {told.seconds:.1f} s; {kept}.")


def _tell_lines(out: Console, listed: Sequence[Line]) -> None:
    """Grouped by what is proposed; each with its sentence and its rules."""
    for action, words in _PROPOSED.items():
        of_it = [line for line in listed if line.made.value.action is action]
        if of_it:
            out.print(f"{words} ({len(of_it):,})", style="bold")
        for line in of_it:
            out.print(f"  {_whose(line)}", markup=False)
            _tell_because(out, line.made)


def _whose(line: Line) -> str:
    value = line.made.value
    names = f" ({', '.join(value.headings)})" if value.headings else ""
    place = ", ".join(x for x in (line.force, line.lpu) if x)
    due = f"review was due {line.review_on}" if line.due == "review" else ""
    head = f"{line.nominal_id}: {value.cohort.replace('_', ' ')}{names}"
    return "; ".join(x for x in (head, place, due) if x)


def tell_tagging(day: date, found: Sequence[Fit]) -> None:
    """Who fits the tag scheme, each with the reason and whether they wear one."""
    out = Console(highlight=False)
    for fit in found:
        tag = "wears a tag" if fit.tagged else "no tag"
        place = ", ".join(x for x in (fit.force, fit.lpu) if x)
        out.print("; ".join(x for x in (fit.nominal_id, place, tag) if x), markup=False)
        _tell_because(out, fit.told)
    bare = sum(not fit.tagged for fit in found)
    told = f"{counted(len(found), 'nominal')} fit the tag scheme, or may, on {day}"
    out.print(f"{told}; {bare:,} without a tag.")


def tell_file(found: File) -> None:
    """A nominal: how they stand to each cohort and why, facts, decisions."""
    out = Console(highlight=False)
    facts = found.facts
    age = facts.age(found.day)
    about = f"{'age not known' if age is None else f'{age} years'}, {facts.sex or '?'}"
    flags = f"; {', '.join(sorted(facts.flags))}" if facts.flags else ""
    head = f"{facts.nominal_id} on {found.day}, profile {found.profile}: {about}{flags}"
    out.print(head, markup=False, style="bold")
    for cohort, standing in found.standings.items():
        stand = found.stands.get(cohort)
        inside = "in it" if stand and stand.membership else "not in it"
        words = f"{cohort.replace('_', ' ')}: {inside}, {_STANDS[standing.value]}"
        _tell_why(out, words, standing)
    _tell_why(out, f"GPS tag: {_STANDS[found.tag.value]}", found.tag)
    out.print(f"{counted(len(facts.facts), 'fact')}", style="bold")
    for fact in facts.facts:
        out.print(f"  {_fact_told(fact)}", markup=False)
    out.print(f"{counted(len(found.decisions), 'decision')}", style="bold")
    for said in found.decisions:
        told = f"  {said.day} {said.decided_by}: {said.decision} {said.cohort}."
        out.print(f"{told} {said.reason}", markup=False)


def _tell_why(out: Console, words: str, found: Judged) -> None:
    out.print(f"  {words}", markup=False)
    _tell_because(out, found)


def _tell_because(out: Console, found: Decision[object]) -> None:
    told = Text(f"{found.because} [{', '.join(found.rules)}]")
    out.print(Padding(told, (0, 0, 0, 6)))


def _fact_told(fact: Fact) -> str:
    until = f" to {fact.until}" if fact.until else ""
    more = (fact.subject, fact.victim, fact.relationship)
    said = " ".join(x for x in (fact.kind.value, fact.value, *more) if x)
    return f"{fact.on}{until} {said} ({fact.source}, {fact.fact_id})"
