"""The locks pin exactly, by hash, and name no host: any index may serve them."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("name", "least"),
    [
        ("requirements.lock", 40),
        ("requirements-dev.lock", 40),
        ("requirements-bench.lock", 10),
    ],
)
def test_a_lock_is_exact_hashed_and_names_no_host(name, least):
    text = (ROOT / name).read_text()
    pins = re.findall(r"^([\w.\[\]-]+)==", text, re.MULTILINE)
    assert len(pins) > least
    assert "://" not in text
    assert len(re.findall(r"^\S+==.*\\\n    --hash=sha256:", text, re.MULTILINE)) == (
        len(pins)
    )


def test_locks_that_name_hosts_are_not_kept():
    assert not [*ROOT.glob("uv.lock"), *ROOT.glob("pylock*.toml")]
