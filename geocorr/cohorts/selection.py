"""How a nominal stands to every cohort of a profile's model, on a day."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from geocorr.cohorts import flex as flexible
from geocorr.cohorts import pillars
from geocorr.cohorts.choices import Cohorts
from geocorr.cohorts.domestic_abuse import domestic_abuse
from geocorr.cohorts.facts import CaseFacts, Cohort
from geocorr.cohorts.fixed import Weighted, fixed, weights
from geocorr.cohorts.gangs import gangs
from geocorr.cohorts.standing import Judged, Standing
from geocorr.model import Decision

MODELS: Mapping[str, tuple[Cohort, ...]] = {
    "fixed_flex_free": (Cohort.FIXED, Cohort.FLEX, Cohort.FREE),
    "pillars": (
        Cohort.CORE,
        Cohort.VULNERABLE,
        Cohort.RISK,
        Cohort.DOMESTIC_ABUSE,
        Cohort.GANGS,
        Cohort.SEX,
    ),
}


@dataclass(frozen=True, slots=True)
class Weighting:
    """GWENT-FLEX-WEIGHT. What a force weights, and the crime trends that say so."""

    force: str
    attribute: Weighted
    evidence: str
    from_day: date
    until_day: date | None = None

    def holds(self, force: str | None, day: date) -> bool:
        """Whether it holds for a force on a day."""
        begun = self.from_day <= day
        return self.force == force and begun and day <= (self.until_day or date.max)


def assess(
    facts: CaseFacts,
    day: date,
    choices: Cohorts,
    weightings: Sequence[Weighting] = (),
    managed: Collection[Cohort] = (),
) -> dict[Cohort, Judged]:
    """Every cohort of the model with how the nominal stands to it, and why.

    `managed`: the cohorts they are in already (WMP2-38-OTHER).
    """
    if choices.model == "pillars":
        return {
            Cohort.CORE: pillars.core(facts, day, choices),
            Cohort.VULNERABLE: pillars.vulnerable(facts, day, choices),
            Cohort.RISK: pillars.risk(facts, day),
            Cohort.DOMESTIC_ABUSE: _of_risk(
                domestic_abuse(facts, day, choices, managed)
            ),
            Cohort.GANGS: _of_risk(gangs(facts, day)),
            Cohort.SEX: pillars.sex(facts, day),
        }
    first = fixed(facts, day, choices)
    return {
        Cohort.FIXED: _weighted(first, facts, day, choices, weightings),
        Cohort.FLEX: flexible.flex(facts, day, choices),
        Cohort.FREE: flexible.free(facts, day, choices),
    }


def _of_risk(found: Judged) -> Judged:
    """WMP2-15-RISK. Domestic abuse and gangs stand in the pillar of risk."""
    if found.value is Standing.NOT:
        return found
    rules = (*found.rules, "WMP2-15-RISK")
    return Decision(found.value, rules, found.evidence, found.because)


def _weighted(
    first: Judged,
    facts: CaseFacts,
    day: date,
    choices: Cohorts,
    weightings: Sequence[Weighting],
) -> Judged:
    """GWENT-FLEX-WEIGHT. Who comes sooner within the cohort; nobody enters by it."""
    held = [w for w in weightings if w.holds(facts.force, day)]
    speaking = weights(facts, day, [w.attribute for w in held], choices)
    if first.value is Standing.NOT or not speaking:
        return first
    shown = [
        {"attribute": w.attribute.value, "evidence": w.evidence}
        for w in held
        if w.attribute in speaking
    ]
    evidence = {**first.evidence, "priority": len(speaking), "weighted_by": shown}
    words = ", ".join(w.value.replace("_", " ") for w in speaking)
    because = f"{first.because} Weighted locally: {words}."
    rules = (*first.rules, "GWENT-FLEX-WEIGHT")
    return Decision(first.value, rules, evidence, because)
