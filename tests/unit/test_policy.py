"""A policy is refused by name where it is wrong, and its hash names its meaning."""

import pytest

from geocorr.errors import PolicyError
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
        ("[basis]\nparole = []\n", "not a legal basis"),
        ("[basis]\nlicence = ['fun']\n", "must list purposes"),
        ("match = 1\n", "must be a section"),
        ("[match\n", "not a TOML file"),
    ],
)
def test_what_is_wrong_is_said(tmp_path, text, says):
    with pytest.raises(PolicyError, match=says):
        overlaid(tmp_path, text)


def test_every_rule_has_a_source_and_a_meaning():
    assert all(set(row) == {"source", "meaning"} for row in rules().values())
