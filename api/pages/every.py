"""All pages. Where two paths fit, the first wins: `/hits/send` is no hit's number."""

from api.pages import assets, basemap, home, login, login_oidc
from api.pages.casework import (
    allocation,
    cases,
    cohorts,
    consultations,
    disclosures,
    inbox,
    meetings,
    notices,
    ownership,
    people,
    placing,
    referrals,
    scores,
)
from api.pages.central import batches, crimes, hit_list, upload
from api.pages.officer import (
    crime_series,
    hit,
    hit_forms,
    locations,
    method,
    verdict,
    verdict_asking,
    worklist,
)
from api.pages.oversight import auditing, performance, policies, users
from api.pages.rules import manual_scores, weights, zones

_COMMON = (home, login, login_oidc, assets, basemap)
_CENTRAL = (upload, batches, crimes, hit_list)
_OFFICER = (worklist, hit, hit_forms, verdict_asking, verdict, crime_series, method)
_CASEWORK = (inbox, notices, consultations, allocation, ownership, scores, cohorts)
_CASES = (placing, people, cases, referrals, meetings, disclosures, locations)
_RULES = (weights, manual_scores, zones)
_OVERSIGHT = (auditing, users, policies, performance)

ROUTERS = tuple(
    pages.router
    for pages in (
        *_COMMON,
        *_CENTRAL,
        *_OFFICER,
        *_CASEWORK,
        *_CASES,
        *_RULES,
        *_OVERSIGHT,
    )
)
