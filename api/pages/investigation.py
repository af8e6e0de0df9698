"""The investigating officer's pages, all of them."""

from api.pages import (
    crime_series,
    hit,
    hit_forms,
    locations,
    method,
    verdict,
    verdict_asking,
    worklist,
)

ROUTERS = (
    worklist.router,
    hit.router,
    hit_forms.router,
    verdict_asking.router,
    verdict.router,
    crime_series.router,
    locations.router,
    method.router,
)
