"""Cohorts: invariants of standings and reviews, and serial abuse by brute force."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from geocorr.cohorts.facts import CaseFacts, Cohort, Fact, FactKind
from geocorr.cohorts.review import Action, Membership, needs_decision, review
from geocorr.cohorts.selection import MODELS, assess
from geocorr.cohorts.serial_abuse import serial, victims_of
from geocorr.cohorts.standing import Condition, Standing, judged
from geocorr.dates import years_later
from loaders.profile import names, shipped
from tests.unit.casefacts import WMP, abuse, fact, nominal

DAYS = st.dates(date(2022, 1, 1), date(2027, 12, 31))
LEAPS = st.sampled_from(
    [date(2024, 2, 28), date(2024, 2, 29), date(2024, 3, 1), date(2027, 2, 28),
     date(2027, 3, 1), date(2023, 3, 1)]
)  # fmt: skip
SOME_DAYS = DAYS | LEAPS
PEOPLE = st.sampled_from("ABCD")
INCIDENTS = st.builds(
    abuse,
    victim=PEOPLE,
    on=SOME_DAYS,
    household=st.sampled_from(["", "H1", "H2", "H3", "H1;H2", "H3 ; H2"]),
    relationship=st.sampled_from(["partner", "former_partner", "family"]),
    what=st.sampled_from(["violence", "threat", "other"]),
)
LINKS = st.builds(
    lambda a, b, on: fact("victim_link", b, on, victim=a), PEOPLE, PEOPLE, SOME_DAYS
)
RECORD = st.lists(INCIDENTS | LINKS, max_size=8)
VALUES = {
    "statutory": ["licence", "community_order", "youth_order"],
    "ogrs": ["0", "49", "50", "74", "75", "100"],
    "index_offence": [
        "burglary",
        "robbery",
        "vehicle_theft",
        "shoplifting",
        "violence",
    ],
    "offence": ["burglary", "violence"],
    "prolific": ["North"],
    "risk": ["low", "medium", "high", "very_high"],
    "marac": ["qualifying"],
    "da_review": ["suitable", "not_suitable"],
    "tracker": ["0", "42.5"],
    "usg_features": ["yes", "no"],
    "custody": ["0", "24"],
    "intelligence": ["reoffending"],
    "judged": ["greater_risk", "likely_to_progress", "similar_profile"],
}
PLAIN = st.sampled_from(sorted(VALUES)).flatmap(
    lambda kind: st.builds(
        lambda value, on, subject, days: fact(
            kind, value, on, subject=subject, until=on + timedelta(days)
        ),
        st.sampled_from(VALUES[kind]),
        SOME_DAYS,
        st.sampled_from(["", "police", "probation", "domestic_abuse", "violence"]),
        st.integers(0, 900),
    )
)
FLAGS = st.lists(
    st.sampled_from(["PPO", "HCCU", "DYO", "MAPPA2", "LDM", "RSO", "DA", "OCG", "USG"])
)
CASES = st.builds(
    lambda facts, flags, born, sex, statutory: nominal(
        *facts, flags=" ".join(flags), born=born, sex=sex, statutory=statutory
    ),
    st.lists(PLAIN | INCIDENTS, max_size=8),
    FLAGS,
    st.none() | st.dates(date(1950, 1, 1), date(2012, 1, 1)),
    st.sampled_from(["", "M", "F", "female"]),
    st.sampled_from([None, True, False]),
)
PROFILES = st.sampled_from(names())


def by_hand(record: Sequence[Fact], day: date) -> bool:
    """The definition, pair by pair and incident by incident, in its own words."""
    known = [f for f in record if f.on <= day]
    incidents = [f for f in known if f.kind is FactKind.DOMESTIC_ABUSE]
    linked = [{f.victim, f.value} for f in known if f.kind is FactKind.VICTIM_LINK]

    def partner(who: str) -> bool:
        ties = {f.relationship for f in incidents if f.victim == who}
        return bool(ties & {"partner", "former_partner"})

    def attacked(who: str) -> bool:
        return any(
            f.victim == who
            and f.value in ("violence", "threat")
            and f.on <= day
            and not years_later(f.on, 3) <= day
            for f in incidents
        )

    def homes(who: str) -> set[str]:
        told = ";".join(f.household for f in incidents if f.victim == who)
        return {home.strip() for home in told.split(";") if home.strip()}

    return any(
        partner(a) and partner(b) and attacked(a) and attacked(b)
        and not homes(a) & homes(b)
        and {a, b} not in linked
        for a, b in combinations("ABCD", 2)
    )  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(RECORD, SOME_DAYS)
def test_serial_is_what_the_definition_says(record: list[Fact], day: date) -> None:
    found = serial(nominal(*record), day, WMP)
    assert (found.value is Standing.MEETS) is by_hand(record, day)


@settings(max_examples=200, deadline=None)
@given(RECORD, SOME_DAYS, PEOPLE)
def test_repeats_against_one_victim_change_nothing(
    record: list[Fact], day: date, again: str
) -> None:
    """Another incident on the day of one that counts already adds no victim."""
    known = nominal(*record)
    counted = victims_of(known, day, WMP).last_on
    if again in counted:
        more = nominal(*record, abuse(again, counted[again]))
        assert victims_of(more, day, WMP).last_on == counted
        assert serial(more, day, WMP).value is serial(known, day, WMP).value


@settings(max_examples=200, deadline=None)
@given(RECORD, SOME_DAYS)
def test_a_connection_more_never_makes_serial(record: list[Fact], day: date) -> None:
    known = nominal(*record)
    links = (fact("victim_link", b, day, victim=a) for a, b in combinations("ABCD", 2))
    joined = nominal(*record, *links)
    assert serial(joined, day, WMP).value is Standing.NOT
    if serial(known, day, WMP).value is Standing.NOT:
        one = nominal(*record, fact("victim_link", "B", day, victim="A"))
        assert serial(one, day, WMP).value is Standing.NOT


@settings(max_examples=300, deadline=None)
@given(CASES, SOME_DAYS, PROFILES)
def test_every_cohort_of_the_model_is_told_of_and_explained(
    facts: CaseFacts, day: date, profile: str
) -> None:
    choices = shipped(profile).cohorts
    found = assess(facts, day, choices)
    assert tuple(found) == MODELS[choices.model]
    for decision in found.values():
        assert decision.rules
        assert decision.because.endswith(".")
        assert "  " not in decision.because


@settings(max_examples=300, deadline=None)
@given(CASES, SOME_DAYS, PROFILES, st.sets(st.sampled_from(Cohort)))
def test_members_stay_talk_or_leave_and_others_enter_or_not(
    facts: CaseFacts, day: date, profile: str, cohorts: set[Cohort]
) -> None:
    """Each cohort once; nobody is lost, and nobody in a cohort is proposed for it."""
    members = [Membership(c, date(2021, 1, 1)) for c in sorted(cohorts)]
    choices = shipped(profile).cohorts
    made = {d.value.cohort: d for d in review(facts, members, day, choices)}
    assert set(made) == cohorts | set(MODELS[choices.model])
    inside = {Action.STAY, Action.DISCUSS, Action.LEAVE}
    for cohort, decision in made.items():
        assert (decision.value.action in inside) is (cohort in cohorts)
        quiet = decision.value.action in (Action.STAY, Action.NONE)
        assert needs_decision(decision.value.action, answered=False) is not quiet
        assert decision.rules and decision.because


@settings(max_examples=200, deadline=None)
@given(CASES, SOME_DAYS, PROFILES)
def test_what_comes_later_does_not_count(
    facts: CaseFacts, day: date, profile: str
) -> None:
    """Facts of tomorrow, known today, change nothing today; a sentence may be told."""
    choices = shipped(profile).cohorts
    then = tuple(f for f in facts.facts if f.on <= day)
    later = CaseFacts(
        facts.nominal_id, facts.born, facts.sex, facts.force, facts.statutory,
        facts.flags, then,
    )  # fmt: skip
    if not any(f.kind is FactKind.STATUTORY and f.on > day for f in facts.facts):
        assert assess(facts, day, choices) == assess(later, day, choices)


@given(st.lists(st.sampled_from([True, False, None]), min_size=1))
def test_one_failure_decides_and_one_unknown_leaves_it_open(
    met: list[bool | None],
) -> None:
    found = judged([Condition(m, f"c{i}", "R") for i, m in enumerate(met)]).value
    expected = (
        Standing.NOT
        if False in met
        else Standing.MAY
        if None in met
        else Standing.MEETS
    )
    assert found is expected


@given(st.dates(date(1950, 1, 1), date(2015, 12, 31)) | LEAPS)
def test_adulthood_begins_on_the_eighteenth_birthday(born: date) -> None:
    """29 February is reached on 1 March of a common year."""
    birthday = years_later(born, 18)
    before = birthday - timedelta(1)
    ppo = nominal(born=born, flags="PPO")
    assert assess(ppo, birthday, WMP)[Cohort.CORE].value is Standing.MEETS
    assert assess(ppo, before, WMP)[Cohort.CORE].value is Standing.NOT
    assert assess(ppo, before, WMP)[Cohort.VULNERABLE].value is Standing.MEETS
