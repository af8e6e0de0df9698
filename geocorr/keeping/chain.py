"""The audit's chain, reckoned anew: each link's hash holds its entry and all before.

Apart from the database's own reckoning, which it is there to check.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace

ORIGIN = bytes(32)


@dataclass(frozen=True, slots=True)
class Link:
    """A link with what its entry says, as text: `detail` is the JSON as it is stored.

    `entry` None = the entry is gone. `at_us` is microseconds since 1970 (UTC).
    """

    seq: int
    prev_hash: bytes
    hash: bytes
    entry: int | None
    at_us: int
    actor: str
    action: str
    subject: str
    detail: str
    why: str


@dataclass(frozen=True, slots=True)
class Checked:
    """How far the chain holds: links checked, the last one's place and hash.

    `broken`: the first place that does not hold, and `what` is wrong there, None where
    all do. `saw`: whether the hash that was asked for is one of them.
    """

    links: int
    seq: int
    head: bytes
    broken: int | None = None
    what: str | None = None
    saw: bool = False


def begun(seq: int = 0, head: bytes = ORIGIN, asked: bytes | None = None) -> Checked:
    """Before the first link: the chain's origin, or where retention cut it off."""
    return Checked(0, seq, head, saw=head == asked)


def follow(done: Checked, links: Iterable[Link], asked: bytes | None = None) -> Checked:
    """Check the links that come next; what is broken once stays broken."""
    for link in links:
        if done.broken is not None:
            return done
        wrong = _wrong(done, link)
        if wrong is not None:
            return replace(done, broken=link.seq, what=wrong)
        saw = done.saw or link.hash == asked
        done = Checked(done.links + 1, link.seq, link.hash, saw=saw)
    return done


def hash_of(link: Link) -> bytes:
    """SHA-256 of the hash before it and of every part behind its length in bytes."""
    parts = (
        str(link.seq),
        str(link.entry),
        str(link.at_us),
        link.actor,
        link.action,
        link.subject,
        link.detail,
        link.why,
    )
    told = (part.encode() for part in parts)
    whole = b",".join(b"%d:%b" % (len(part), part) for part in told)
    return hashlib.sha256(link.prev_hash + whole).digest()


def _wrong(done: Checked, link: Link) -> str | None:
    """What is wrong with the next link, if anything."""
    if link.seq != done.seq + 1:
        return f"after link {done.seq:,} comes {link.seq:,}: links are missing"
    if link.prev_hash != done.head:
        return f"it does not follow link {done.seq:,}"
    if link.entry is None:
        return "its entry is gone"
    if hash_of(link) != link.hash:
        return f"entry {link.entry:,} does not say what it said when it was written"
    return None
