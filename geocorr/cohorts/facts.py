"""What the rules of cohorts look at: the recorded facts of one nominal, by day.

A fact is what somebody recorded, with its days and its source; what a rule makes of
it is the rule's. Nothing after the day that is looked at counts.

    Fact        one of them
    CaseFacts   a nominal's, with who they are: `of`, `holding` and `latest` by day
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from geocorr.dates import age_on


class FactKind(StrEnum):
    """What a fact says; beside it, what `value` holds (and `subject`)."""

    STATUTORY = "statutory"  # `Sentence`, from its beginning to its last day
    OGRS = "ogrs"  # percent, on the day of assessment
    INDEX_OFFENCE = "index_offence"  # `OffenceKind`, on the day of conviction
    OFFENCE = "offence"  # `OffenceKind` of another, on the day it was committed
    PROLIFIC = "prolific"  # the local matrix that says so, by its name
    RISK = "risk"  # `RiskLevel`; subject: of what, an `OffenceKind` or another word
    DOMESTIC_ABUSE = "domestic_abuse"  # `Abuse`, with victim and relationship
    VICTIM_LINK = "victim_link"  # another victim whom `victim` is connected with
    MARAC = "marac"  # qualifying, on the day of the conference
    DA_REVIEW = "da_review"  # suitable or not_suitable; for management, by a person
    TRANSFER = "transfer"  # lomu or force: whence a domestic-abuse case came
    RESETTLEMENT = "resettlement"  # release, screened by a resettlement team
    TRACKER = "tracker"  # score on the OCG tracker; subject: its grading
    USG_FEATURES = "usg_features"  # yes or no: the street gang has those of an OCG
    EXPLOITATION = "exploitation"  # of children: conviction or intelligence
    CUSTODY = "custody"  # months of the sentence (0: remand), to the day of release
    INTELLIGENCE = "intelligence"  # reoffending, on the day of the report
    JUDGED = "judged"  # `Judgement`; subject: the agency that judges
    NEED = "need"  # a pathway by its name


class Sentence(StrEnum):
    """What puts a nominal under probation's management by statute."""

    LICENCE = "licence"
    POST_SENTENCE = "post_sentence"
    COMMUNITY_ORDER = "community_order"
    SUSPENDED_SENTENCE = "suspended_sentence"
    YOUTH_ORDER = "youth_order"


class OffenceKind(StrEnum):
    """Kinds of offences as the cohorts know them."""

    BURGLARY = "burglary"
    ROBBERY = "robbery"
    THEFT_FROM_PERSON = "theft_from_person"
    VEHICLE_THEFT = "vehicle_theft"
    OTHER_THEFT = "other_theft"
    SHOPLIFTING = "shoplifting"
    VIOLENCE = "violence"
    SEXUAL = "sexual"
    DRUGS = "drugs"
    OTHER = "other"


class RiskLevel(StrEnum):
    """How high a risk was assessed."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    VERY_HIGH = "very_high"


class Abuse(StrEnum):
    """What was alleged of an incident of domestic abuse."""

    VIOLENCE = "violence"
    THREAT = "threat"
    OTHER = "other"


class Relationship(StrEnum):
    """What a victim of domestic abuse is or was to the nominal."""

    PARTNER = "partner"
    FORMER_PARTNER = "former_partner"
    FAMILY = "family"
    OTHER = "other"


class Judgement(StrEnum):
    """What police or probation judged, where a score does not say it."""

    GREATER_RISK = "greater_risk"
    LIKELY_TO_PROGRESS = "likely_to_progress"
    SIMILAR_PROFILE = "similar_profile"


class Cohort(StrEnum):
    """What a nominal may be managed in: the national three, and the four pillars.

    Domestic abuse and gangs belong to the pillar of risk and are decided on apart.
    """

    FIXED = "fixed"
    FLEX = "flex"
    FREE = "free"
    CORE = "core"
    VULNERABLE = "vulnerable"
    RISK = "risk"
    SEX = "sex"
    DOMESTIC_ABUSE = "domestic_abuse"
    GANGS = "gangs"


@dataclass(frozen=True, slots=True)
class Fact:
    """One recorded fact; `until` is its last day, None = it has no end yet.

    `victim` and `household` are references of the source, never names.
    """

    fact_id: str
    nominal_id: str
    kind: FactKind
    value: str
    on: date
    until: date | None = None
    subject: str = ""
    victim: str = ""
    household: str = ""
    relationship: str = ""
    source: str = ""
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """Who a nominal is, and the facts recorded of them, oldest first."""

    nominal_id: str
    born: date | None = None
    sex: str = ""
    force: str | None = None
    statutory: bool | None = None
    flags: frozenset[str] = frozenset()
    facts: tuple[Fact, ...] = ()

    @property
    def is_female(self) -> bool:
        """Whether recorded as female."""
        return self.sex.casefold() in ("f", "female")

    @property
    def is_male(self) -> bool:
        """Whether recorded as male."""
        return self.sex.casefold() in ("m", "male")

    def age(self, day: date) -> int | None:
        """Whole years on a day; None where the date of birth is not known."""
        return None if self.born is None else age_on(self.born, day)

    def of(self, kind: FactKind, day: date) -> tuple[Fact, ...]:
        """The facts of a kind that had begun by a day, oldest first."""
        return tuple(f for f in self.facts if f.kind is kind and f.on <= day)

    def holding(self, kind: FactKind, day: date) -> tuple[Fact, ...]:
        """Those of a kind that hold on a day: begun, and not over."""
        return tuple(f for f in self.of(kind, day) if f.until is None or day <= f.until)

    def latest(self, kind: FactKind, day: date, subject: str = "") -> Fact | None:
        """The last fact of a kind that holds on a day, of this subject if one is named.

        What was assessed later holds over what was assessed before.
        """
        held = [
            f for f in self.holding(kind, day) if not subject or f.subject == subject
        ]
        return max(held, key=lambda f: (f.on, f.fact_id), default=None)
