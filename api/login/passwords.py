"""Passwords: argon2id in a thread, few at once; what is too easily guessed."""

import re
import secrets
import unicodedata
from functools import cache

from anyio import CapacityLimiter, to_thread
from pwdlib import PasswordHash
from pwdlib.exceptions import UnknownHashError
from pwdlib.hashers.argon2 import Argon2Hasher

from geocorr.errors import UsageError

SHORTEST, LONGEST = 12, 200
# Each takes 64 MiB while it is made or compared.
_AT_ONCE = 2
_FEWEST_DIFFERENT = 5
# What remains of the commonest long passwords without digits and marks, and of those
# that one would try here first.
_COMMON = frozenset(
    """
    abcdefghijkl administrator changeme changemenow correcthorsebatterystaple football
    geocorr geocorrgeocorr iloveyou letmein letmeinletmein mypassword newpassword
    passphrase passw password passwordpassword passwort police policeofficer
    policepolice qazwsxedc qazwsxedcrfv qwerty qwertyqwerty qwertyuiop qwertyuiopas
    secret secretpassword summer superman trustno trustnoone welcome welcomewelcome
    winter zxcvbnm
    """.split()  # noqa: SIM905  a list of words reads as one
)
_WORDS = ("amber", "anchor", "apple", "badger", "basil", "beacon", "birch", "bramble",
    "bridge", "candle", "canyon", "cedar", "chalk", "cherry", "clover", "cobalt",
    "copper", "coral", "cotton", "daisy", "desert", "dolphin", "eagle", "ember",
    "falcon", "fennel", "fern", "forest", "garnet", "ginger", "glacier", "granite",
    "harbour", "hazel", "heron", "indigo", "island", "ivory", "jasmine", "jigsaw",
    "juniper", "kettle", "ladder", "lantern", "lemon", "lilac", "linen", "lobster",
    "magnet", "maple", "marble", "meadow", "mint", "nectar", "nutmeg", "oak", "olive",
    "onyx", "orchid", "otter", "paddle", "pebble", "pepper", "pine", "plum", "pond",
    "quartz", "rabbit", "raven", "ribbon", "river", "robin", "saffron", "sage",
    "satin", "shell", "silver", "slate", "spruce", "stone", "sugar", "summit",
    "teapot", "thistle", "tiger", "timber", "topaz", "tulip", "turnip", "valley",
    "velvet", "violet", "walnut", "willow", "window", "yarrow", "zephyr")  # fmt: skip


def check(password: str, name: str) -> str:
    """The password as it is hashed; UsageError that says what is wrong with it.

    Length and no common one, as NIST SP 800-63B asks; no rule on its letters.
    """
    text = normal(password)
    if not SHORTEST <= len(text) <= LONGEST:
        raise UsageError(
            f"Choose a password of at least {SHORTEST} characters, and at most "
            f"{LONGEST}: three words or more are easily kept in mind."
        )
    letters = re.sub(r"[\W\d_]+", "", text.lower())
    own = re.sub(r"[\W\d_]+", "", name.lower())
    if letters in {*_COMMON, own, own * 2} or len(set(text)) < _FEWEST_DIFFERENT:
        raise UsageError(
            "Choose another password: this one is among the first that are guessed."
        )
    return text


def normal(password: str) -> str:
    """The same letters from any keyboard (NFKC)."""
    return unicodedata.normalize("NFKC", password)


def invented() -> str:
    """A password for once, easily read out: four words and a number."""
    words = [secrets.choice(_WORDS) for _ in range(4)]
    return "-".join([*words, f"{secrets.randbelow(10_000):04}"])


async def hashed(password: str) -> str:
    """The argon2id hash of a password that `check` let pass."""
    return await to_thread.run_sync(_hasher().hash, password, limiter=_limiter())


async def matches(password: str, held: str | None) -> bool:
    """Is it the password? Without a hash to compare with it takes as long to say no."""
    return await to_thread.run_sync(_matches, password, held, limiter=_limiter())


def _matches(password: str, held: str | None) -> bool:
    try:
        same = _hasher().verify(normal(password)[:LONGEST], held or _nobodys())
    except UnknownHashError:
        return False
    return same and held is not None


@cache
def _hasher() -> PasswordHash:
    return PasswordHash((Argon2Hasher(),))


@cache
def _nobodys() -> str:
    return _hasher().hash(secrets.token_urlsafe())


@cache
def _limiter() -> CapacityLimiter:
    return CapacityLimiter(_AT_ONCE)
