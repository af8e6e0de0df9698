"""All routes of the JSON API. Where two paths fit, the first wins."""

from api.rest import (
    assessments,
    audit,
    batches,
    breaches,
    cases,
    cohorts,
    copresence,
    crimes,
    decisions,
    disclosures,
    docs,
    exports,
    health,
    hits,
    inbox,
    liveness,
    manual_scores,
    notices,
    ownership,
    partners,
    performance,
    referrals,
    runs,
    series,
    trails,
    verdicts,
    weights,
)
from api.rest import scores as score_routes
from api.rest import zones as zone_routes

ROUTERS = tuple(
    routes.router
    for routes in (
        batches,
        # Before the crimes: a reference may hold slashes.
        verdicts,
        crimes,
        runs,
        hits,
        decisions,
        assessments,
        series,
        copresence,
        trails,
        zone_routes,
        score_routes,
        weights,
        manual_scores,
        partners,
        notices,
        breaches,
        cases,
        cohorts,
        referrals,
        ownership,
        inbox,
        disclosures,
        performance,
        exports,
        audit,
        health,
        liveness,
        docs,
    )
)
