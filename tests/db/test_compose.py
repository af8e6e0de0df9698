"""The container files: four services, and commands that geocorr really has.

Read by indentation, two spaces a step: no YAML library is among our dependencies.
"""

import re
from pathlib import Path

import pytest

from api import cli
from api.pages.access import OPEN
from api.settings import Settings

ROOT = Path(__file__).parents[2]
COMPOSE = (ROOT / "docker-compose.yml").read_text()


def block(text: str, name: str, depth: int) -> str:
    """What stands under `name:` at a depth, up to the next thing at that depth."""
    pad = " " * depth
    found = re.search(rf"^{pad}{name}:.*\n((?:{pad}  .*\n|\s*\n)*)", text, re.MULTILINE)
    assert found, f"{name} is missing"
    return found[1]


def names(text: str, depth: int) -> list[str]:
    return re.findall(rf"^ {{{depth}}}([\w-]+):", text, re.MULTILINE)


def commands() -> set[str]:
    registered = cli.app.registered_commands
    return {c.name or c.callback.__name__ for c in registered if c.callback}


def test_the_file_steps_by_two_spaces_and_has_no_tabs() -> None:
    assert "\t" not in COMPOSE
    for line in COMPOSE.splitlines():
        assert (len(line) - len(line.lstrip())) % 2 == 0


def test_there_are_four_services_and_their_volumes() -> None:
    services = block(COMPOSE, "services", 0)
    assert names(services, 2) == ["db", "migrate", "worker", "web"]
    mounted = set(re.findall(r"- (\w+):/", COMPOSE))
    assert mounted == set(names(block(COMPOSE, "volumes", 0), 2))


@pytest.mark.parametrize("service", ["migrate", "worker", "web"])
def test_a_service_waits_for_one_that_exists(service: str) -> None:
    services = block(COMPOSE, "services", 0)
    waits = names(block(block(services, service, 2), "depends_on", 4), 6)
    assert waits
    assert set(waits) < set(names(services, 2))


def test_migrate_is_a_command_and_the_others_are_named_right() -> None:
    asked = re.findall(r'command: \["([\w-]+)"', COMPOSE)
    assert asked == ["migrate", "worker", "serve"]
    assert set(asked) <= commands()


def test_every_setting_named_is_one_of_ours() -> None:
    known = {f"GEOCORR_{name.upper()}" for name in Settings.model_fields}
    used = set(re.findall(r"^\s+(GEOCORR_\w+):", COMPOSE, re.MULTILINE))
    assert used < known


def test_what_listens_beyond_loopback_is_published_on_loopback_only() -> None:
    assert 'GEOCORR_CONTAINED: "true"' in COMPOSE
    assert re.findall(r'- "([\d.]+):\d+:\d+"', COMPOSE) == ["127.0.0.1"]


def test_the_image_installs_by_the_hashed_lock_and_is_not_root() -> None:
    text = (ROOT / "Dockerfile").read_text()
    assert "--require-hashes -r requirements.lock" in text
    assert text.index("USER geocorr") < text.index("ENTRYPOINT")


def test_the_web_is_watched_at_an_address_that_strangers_may_ask() -> None:
    web = block(block(COMPOSE, "services", 0), "web", 2)
    (path,) = re.findall(r"http://127\.0\.0\.1:8000(/\w+)", web)
    assert ("GET", path) in OPEN
