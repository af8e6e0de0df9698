"""WMP-5.5. How intelligence is graded: 5x5x5, and 3x5x2 since 2016.

5x5x5: source A (always reliable) to E (untested), intelligence 1 (known to be true) to
5 (suspected to be false), handling 1 to 5. 3x5x2: source 1 (reliable) to 3 (not
reliable), intelligence A (known directly) to E (suspected to be false), handling P
(lawful sharing permitted) or C (permitted with conditions).
"""

import re
from typing import NamedTuple

_FIVES = re.compile(r"([A-E])([1-5])([1-5])", re.ASCII)
_THREES = re.compile(r"([1-3])([A-E])([PC])", re.ASCII)
# 5x5x5 handling 4: within the force that it comes from.
_OWN_FORCE = "4"
# May be passed on, but under conditions that its receiver observes.
_CONDITIONS = ("5", "C")


class Grading(NamedTuple):
    """A grading taken apart; `handling` decides who may see what it grades."""

    system: str
    source: str
    intelligence: str
    handling: str

    @property
    def own_force_only(self) -> bool:
        """Whether nobody outside the force that it comes from may see it."""
        return self.handling == _OWN_FORCE

    @property
    def with_conditions(self) -> bool:
        """Whether who sees it has conditions to observe."""
        return self.handling in _CONDITIONS


def graded(text: str) -> Grading | None:
    """A grading such as B24 or 2BP, in either case; None where it is neither."""
    word = text.strip().upper()
    for system, form in (("5x5x5", _FIVES), ("3x5x2", _THREES)):
        found = form.fullmatch(word)
        if found:
            return Grading(system, *found.groups())
    return None
