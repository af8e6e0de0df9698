"""A profile: the choices of one force where the policy documents differ.

The documents are of several forces and years and contradict each other. A force
adopts one profile and may override single choices; an output names profile and rule.
"""

import hashlib
import json
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import ClassVar

from geocorr.cohorts.case_choices import Casework
from geocorr.cohorts.choices import Cohorts
from geocorr.ownership.allocation import Allocation
from geocorr.ownership.choices import Ownership
from geocorr.scoring.choices import Scoring


@dataclass(frozen=True)
class Profile:
    """All choices of one profile; `hash` names them on every result."""

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    name: str
    scoring: Scoring
    ownership: Ownership
    allocation: Allocation
    cohorts: Cohorts
    casework: Casework

    @cached_property
    def hash(self) -> str:
        """First 16 hex digits of the SHA-256 of the canonical JSON of all choices."""
        text = json.dumps(asdict(self), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()[:16]
