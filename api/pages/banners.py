"""What a page says was just done, by the word in its address."""

from collections.abc import Mapping

from fastapi import Request

_SAID: Mapping[str, str] = {
    "hits_qualified": "Qualified. They wait to be sent.",
    "hits_sent": "Sent. They stand on the work lists of their forces.",
    "hits_dismissed": "Dismissed. The findings stay, with your reason.",
    "matching": "Asked for. Its hits will take the place of the earlier ones.",
    "accepted": "Accepted. The nominal is yours.",
    "accepted_all": "Accepted. They are yours.",
    "disputed": "Disputed. The central team has it back, with your reason.",
    "claimed": "Claimed. The nominal is yours.",
    "allocated": "Allocated. It stands in the inbox of that LPU.",
    "made_owner": "The area that suffers most owns the nominal now.",
    "released": "Released. What the software finds holds again.",
    "seen": "Seen. It is written beside each that you saw it.",
    "transfer": "The other force is asked. The owner stays until it agrees.",
    "placed": "Kept. The worker decides anew who owns the nominal.",
    "plan": "The joint case plan is kept.",
    "agreed": "Agreed. The area that was asked owns from now.",
    "refused": "Refused. The owner stays.",
    "withdrawn": "Withdrawn. The owner stays.",
    "assessed": "The partner's view is recorded beside the score.",
    "enter": "Entered in the cohort.",
    "stay": "Stays in the cohort.",
    "leave": "Left the cohort.",
    "opened": "The case is open.",
    "said": "Added to the management report.",
    "referred": "The referral is made. It waits for a panel.",
    "ruled": "The decision on the referral is recorded.",
    "panel": "The panel is recorded.",
    "meeting": "The meeting is recorded.",
    "signed": "The agreement is recorded.",
    "told": "Recorded: it stands below, with your name.",
    "imported": "The draft is stored. Simulate it before a second person approves.",
    "simulated": "Simulated and kept. A second person approves.",
    "decided": "The decision on the weights is recorded.",
    "manual": "The score is given.",
    "reviewed": "Reviewed. The score goes on.",
    "ended": "Ended. The score stands no longer from today.",
    "zones": "The zones are stored. Trails that they concern are looked at anew.",
    "same": "Nothing changed: all of this stood so already.",
    "outcome": "The outcome is recorded.",
    "account": "The account is made. They come in by the identity provider.",
    "account_roles": "Changed: it holds from their next page on.",
    "account_disable": "Disabled. Sessions and tokens have ended.",
    "account_enable": "Enabled. They may come in again.",
    "account_end": "All sessions and tokens have ended.",
}


def of(request: Request) -> str | None:
    """The sentence of the banner, where the page was come to by doing something."""
    return _SAID.get(request.query_params.get("done", ""))
