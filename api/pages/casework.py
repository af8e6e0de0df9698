"""The pages of who manages nominals, and of who keeps the rules, as one tuple."""

from api.pages import (
    allocation,
    cases,
    cohorts,
    consultations,
    inbox,
    ownership,
    people,
    referrals,
    scores,
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
    )
)
