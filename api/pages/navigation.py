"""Where a person may go: the service's navigation, by role."""

from api.login.who import Who
from api.pages.access import PAGES

# In the order of a working day. Shown to those who may open the page.
PLACES = (
    ("Home", "/"),
    ("Send files", "/upload"),
    ("Batches", "/batches"),
    ("Crimes", "/crimes"),
    ("Hits", "/hits"),
    ("Work list", "/worklist"),
    ("Verdicts", "/verdicts"),
    ("Who was here", "/here"),
    ("Series", "/series"),
    ("Inbox", "/inbox"),
    ("Notices", "/notices"),
    ("Nominals", "/people"),
    ("Cohort", "/cohort"),
    ("Due", "/due"),
    ("Referrals", "/referrals"),
    ("Consultations", "/consultations"),
    ("No owner", "/no-fixed-abode"),
    ("Weights", "/weights"),
    ("Manual scores", "/manual-scores"),
    ("Zones", "/zones"),
    ("Performance", "/performance"),
    ("Audit", "/audit"),
    ("Users", "/users"),
    ("Policy", "/policy"),
)


def items(who: Who | None, path: str) -> list[dict[str, object]]:
    """Items of govuk's service navigation; none for a stranger."""
    if who is None:
        return []
    return [
        {"text": text, "href": href, "active": _holds(href, path)}
        for text, href in PLACES
        if who.may_be(PAGES["GET", href])
    ]


def _holds(href: str, path: str) -> bool:
    return path == href or (href != "/" and path.startswith(f"{href}/"))
