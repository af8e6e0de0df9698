"""A policy is refused by name where it is wrong, and its hash names its meaning."""

from dataclasses import asdict

import pytest

from geocorr.errors import PolicyError
from geocorr.policy import restored
from loaders.policy import read, rules, shipped


def overlaid(tmp_path, text: str):
    path = tmp_path / "policy.toml"
    path.write_text(text)
    return read(path)


def test_the_shipped_policy_is_what_no_file_gives():
    assert read(None) is shipped()
    assert shipped().match.radius_m == 100.0


def test_a_partial_policy_changes_only_what_it_names(tmp_path):
    policy = overlaid(
        tmp_path, "[radius_by_type]\nBIAD = 150\n[match]\nmin_fixes = 2\n"
    )
    assert (policy.radius_m("BIAD"), policy.radius_m("RB")) == (150.0, 100.0)
    assert policy.match.min_fixes == 2
    assert policy.match.rule == shipped().match.rule


def test_the_hash_is_of_the_meaning_not_the_text(tmp_path):
    assert overlaid(tmp_path, "# nothing\n[match]\nradius_m = 100\n").hash == (
        shipped().hash
    )
    assert overlaid(tmp_path, "[match]\nradius_m = 101\n").hash != shipped().hash


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[matching]\n", "unknown section"),
        ("[match]\nradius = 100\n", "no key radius"),
        ("[match]\nradius_m = -1\n", "above zero"),
        ("[match]\nradius_m = nan\n", "above zero"),
        ("[match]\nradius_m = '100'\n", "must be a number"),
        ("[match]\nrule = 'nearest'\n", "must be one of"),
        ("[match]\nmin_fixes = 1.5\n", "whole number"),
        ("[match]\nmin_probability = 1.1\n", "at most 1"),
        ("[radius_by_type]\nBIAD = 0\n", "above zero"),
        ("[top_speed_by_type]\nBIAD = 0\n", "above zero"),
        ("[feed]\naccuracy_m = -1\n", "above zero"),
        ("[quality]\nmin_trusted_share = 1.2\n", "at most 1"),
        ("[basis]\nparole = []\n", "not a legal basis"),
        ("[basis]\nlicence = ['fun']\n", "must list purposes"),
        ("match = 1\n", "must be a section"),
        ("[match\n", "not a TOML file"),
    ],
)
def test_what_is_wrong_is_said(tmp_path, text, says):
    with pytest.raises(PolicyError, match=says):
        overlaid(tmp_path, text)


def test_what_is_asked_for_holds_for_every_crime_type(tmp_path):
    policy = overlaid(
        tmp_path, "[radius_by_type]\nBIAD = 150\n[top_speed_by_type]\nBIAD = 20\n"
    )
    assert (policy.top_speed_m_s("BIAD"), policy.top_speed_m_s("RB")) == (20.0, 35.0)
    assert policy.with_match(radius_m=90.0).radius_m("BIAD") == 90.0
    assert policy.with_match(min_fixes=2).radius_m("BIAD") == 150.0
    assert policy.with_top_speed(50.0).top_speed_m_s("BIAD") == 50.0
    with pytest.raises(PolicyError, match="above zero"):
        policy.with_top_speed(0.0)


def test_stored_choices_are_restored_and_younger_ones_are_todays(tmp_path):
    today = overlaid(tmp_path, "[radius_by_type]\nBIAD = 150\n")
    old = asdict(shipped().with_match(min_fixes=2))
    del old["feed"], old["quality"], old["trust"]["spike_return_m"]
    policy = restored(old, today)
    assert policy.match.min_fixes == 2
    assert policy.radius_by_type == {}
    assert policy.feed == shipped().feed
    assert restored(asdict(today), shipped()) == today


def test_every_rule_has_a_source_and_a_meaning():
    assert all(set(row) == {"source", "meaning"} for row in rules().values())
