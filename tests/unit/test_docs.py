"""Documentation is tested: commands have help, and the README names them all."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
import typer

from api.cli import app
from api.settings import Settings

README = (Path(__file__).parents[2] / "README.md").read_text()


def commands(
    group: click.Command, path: str = "geocorr"
) -> Iterator[tuple[str, click.Command]]:
    """Every command under a group by its full name."""
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, f"{path} {name}")
        else:
            yield f"{path} {name}", command


COMMANDS = dict(commands(typer.main.get_command(app)))


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(name: str) -> None:
    assert len((COMMANDS[name].help or "").strip()) > 20


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_has_help(name: str) -> None:
    bare = [p.name for p in COMMANDS[name].params if not getattr(p, "help", "")]
    assert bare == []


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_stands_in_the_readme(name: str) -> None:
    assert re.search(rf"\b{name}(?![\w-])", README)


def test_the_readme_names_no_command_that_is_not_there() -> None:
    shown = set(re.findall(r"^geocorr ([a-z-]+)", README, re.MULTILINE))
    assert shown <= {name.split()[1] for name in COMMANDS}


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_stands_in_the_readme(name: str) -> None:
    assert f"`GEOCORR_{name.upper()}`" in README


def test_the_readme_names_no_setting_that_is_not_there() -> None:
    named = set(re.findall(r"GEOCORR_([A-Z_]+)", README))
    assert named == {name.upper() for name in Settings.model_fields}


def test_the_readme_names_every_kind_of_file_that_can_be_loaded() -> None:
    kinds = ("crimes", "trails", "orders", "events", "nominals", "addresses")
    lines = [line for line in README.splitlines() if line.startswith("geocorr load")]
    assert all(any(kind in line for line in lines) for kind in kinds)
