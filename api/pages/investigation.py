"""The investigating officer's pages, all of them."""

from api.pages import hit, hit_forms, verdict, verdict_asking, worklist

ROUTERS = (
    worklist.router,
    hit.router,
    hit_forms.router,
    verdict_asking.router,
    verdict.router,
)
