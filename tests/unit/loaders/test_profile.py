"""Profiles: shipped, adopted, overridden; what is wrong is named."""

from pathlib import Path

import pytest

from geocorr.errors import PolicyError, UsageError
from loaders import profile


@pytest.mark.parametrize("name", profile.names())
def test_every_shipped_profile_is_whole(name: str) -> None:
    assert profile.shipped(name).name == name


def test_the_five_profiles_are_there() -> None:
    assert profile.names() == ("gwent", "hants", "leics", "national", "wmp")


def test_a_force_that_adopts_nothing_is_national() -> None:
    assert profile.read(None).of("Kent") == profile.shipped("national")


def test_a_force_may_override_one_choice(tmp_path: Path) -> None:
    path = tmp_path / "adopted.toml"
    path.write_text('[Kent]\nprofile = "wmp"\nscoring.decay = "step"\n')
    kent = profile.read(path).of("Kent")
    assert (kent.name, kent.scoring.decay) == ("wmp", "step")
    assert kent.scoring.high_from == profile.shipped("wmp").scoring.high_from
    assert kent.hash != profile.shipped("wmp").hash


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[Kent]\nprofile = "kent"', "no profile kent"),
        ("[Kent]\nscoring.decay = 'step'", "must name a profile"),
        ('[Kent]\nprofile = "wmp"\nscoring.decline = 3', "scoring.decline"),
        ('[Kent]\nprofile = "wmp"\nscoring.low_from = -3', "bands must rise"),
        ('[Kent]\nprofile = "wmp"\nscoring.decay = "soon"', "scoring.decay"),
        ("Kent", "not a TOML file"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "adopted.toml"
    path.write_text(text)
    with pytest.raises(PolicyError, match=told):
        profile.read(path)


def test_a_path_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        profile.read(tmp_path / "none.toml")
