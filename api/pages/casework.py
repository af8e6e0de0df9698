"""The pages of who manages nominals, and of who keeps the rules, as one tuple."""

from api.pages import (
    allocation,
    auditing,
    cases,
    cohorts,
    consultations,
    inbox,
    manual_scores,
    ownership,
    people,
    performance,
    policies,
    referrals,
    scores,
    users,
    weights,
    zones,
)

ROUTERS = tuple(
    pages.router
    for pages in (
        inbox,
        consultations,
        allocation,
        ownership,
        scores,
        cohorts,
        people,
        cases,
        referrals,
        weights,
        manual_scores,
        zones,
        auditing,
        users,
        policies,
        performance,
    )
)
