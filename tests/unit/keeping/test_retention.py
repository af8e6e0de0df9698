"""The periods of retention: shipped, laid over, refused by name; the chain by hand."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from geocorr.errors import PolicyError, UsageError
from geocorr.keeping.chain import ORIGIN, Link, begun, follow, hash_of
from geocorr.keeping.retention import Kind, from_mapping
from loaders import policy as policies
from loaders.retention import read, shipped

NOW = datetime(2026, 11, 21, tzinfo=UTC)


def test_the_shipped_periods_are_those_of_the_brief() -> None:
    periods = shipped()
    assert 180 <= periods.trails <= 186
    assert periods.dismissed_hits == 365
    six_years = 6 * 365 + 2
    for kind in (Kind.QUALIFIED_HITS, Kind.CRIMES, Kind.BREACHES, Kind.NOMINALS):
        assert periods.days(kind) == six_years
    assert periods.days(Kind.TRAIL_FILES) == periods.trails


def test_some_kinds_are_kept_as_long_as_others(tmp_path: Path) -> None:
    path = tmp_path / "r.toml"
    path.write_text("trails = 90\nscores = 91\ncasework = 92\norders = 93\n")
    periods = read(path)
    alike = (Kind.TRAIL_FILES, Kind.NOTICES, Kind.MEETINGS, Kind.ZONES)
    assert [periods.days(kind) for kind in alike] == [90, 91, 92, 93]


def test_until_when_things_go() -> None:
    periods = shipped()
    until = periods.until(Kind.DISMISSED_HITS, NOW)
    assert f"{until:%Y-%m-%d}" == "2025-11-21"


def test_the_policy_of_matching_knows_nothing_of_them(tmp_path: Path) -> None:
    """Its hash stands on every hit and must not move with a period."""
    path = tmp_path / "r.toml"
    path.write_text("trails = 90\n")
    before = policies.shipped().hash
    changed = read(path)
    assert changed == replace(shipped(), trails=90)
    assert changed.hash != shipped().hash
    assert policies.shipped().hash == before


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("trials = 90", "trials is no period"),
        ("trails = 27", "28 days or more"),
        ("trails = 0", "28 days or more"),
        ("trails = 90.5", "whole number"),
        ("trails = true", "whole number"),
        ('trails = "90"', "whole number"),
        ("audit = 365", "366 days or more"),
        ("sessions = 0", "1 day or more"),
        ("hold_margin_h = -1", "hold_margin_h"),
        ("hold_margin_h = inf", "hold_margin_h"),
        ("trails =", "no TOML"),
    ],
)
def test_an_impossible_period_is_refused_by_name(
    tmp_path: Path, text: str, said: str
) -> None:
    path = tmp_path / "r.toml"
    path.write_text(text)
    with pytest.raises(PolicyError, match=said) as refused:
        read(path)
    assert str(refused.value).startswith("r.toml: ")


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        read(tmp_path / "none.toml")


def test_a_period_that_is_missing() -> None:
    with pytest.raises(PolicyError, match="trails has no period"):
        from_mapping({})


def link(seq: int, before: bytes, **said: object) -> Link:
    words = {"entry": seq, "at_us": 0, "actor": "a", "action": "b", "subject": "c"}
    made = Link(seq, before, b"", **{**words, "detail": "{}", "why": "", **said})
    return replace(made, hash=hash_of(made))


def chain(n: int) -> list[Link]:
    made: list[Link] = []
    for seq in range(1, n + 1):
        made.append(link(seq, made[-1].hash if made else ORIGIN))
    return made


def test_parts_that_run_together_alike_hash_apart() -> None:
    """`ab` by `c` is not `a` by `bc`, nor is a comma a border."""
    alike = [
        {"actor": "ab", "action": "c"},
        {"actor": "a", "action": "bc"},
        {"actor": "", "action": "abc"},
        {"actor": "a,1:b", "action": "c"},
        {"actor": "a", "action": "1:b,c"},
        {"why": "{}", "detail": ""},
        {"why": "", "detail": "{}"},
    ]
    hashes = {link(1, ORIGIN, **said).hash for said in alike}
    assert len(hashes) == len(alike)


def test_a_whole_chain_holds_and_the_first_break_is_told() -> None:
    whole = chain(5)
    done = follow(begun(), whole, whole[2].hash)
    assert (done.links, done.head, done.saw, done.broken) == (
        5,
        whole[4].hash,
        True,
        None,
    )
    changed = [*whole[:2], replace(whole[2], actor="x"), *whole[3:]]
    assert follow(begun(), changed).broken == 3
    # Hashed anew by whoever changed it, it no longer carries what follows.
    forged = [*whole[:2], link(3, whole[1].hash, actor="x"), *whole[3:]]
    assert follow(begun(), forged).broken == 4
    assert follow(begun(), [*whole[:2], *whole[3:]]).broken == 4
    swapped = [whole[0], whole[2], whole[1], *whole[3:]]
    assert follow(begun(), swapped).broken == 3


def test_what_is_broken_stays_broken_over_portions() -> None:
    whole = chain(4)
    first = follow(begun(), [whole[0], replace(whole[1], entry=None)])
    assert first.broken == 2
    assert follow(first, whole[2:]) == first


def test_a_chain_may_begin_at_an_anchor() -> None:
    whole = chain(4)
    done = follow(begun(2, whole[1].hash, whole[1].hash), whole[2:])
    assert (done.links, done.broken, done.saw) == (2, None, True)
