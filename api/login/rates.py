"""How often one session, one token, one stranger's address may ask."""

import time
from ipaddress import IPv6Address, IPv6Network, ip_address

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter
from starlette.requests import Request

from api.login.who import Who

# A stranger has little to ask for: a form to log in by, and what it is drawn with.
_STRANGERS_PART = 10


def network(address: str) -> str:
    """What a stranger's address counts as: itself; of IPv6 the /64, in which whoever
    has one address has them all."""
    try:
        found = ip_address(address)
    except ValueError:
        return address or "unknown"
    if not isinstance(found, IPv6Address):
        return str(found)
    return str(found.ipv4_mapped or IPv6Network((found, 64), strict=False))


class Rates:
    """Counts of this process, by account or else by address.

    Tries to log in are counted in the database besides, which all processes share.
    """

    def __init__(self, per_min: int) -> None:
        self.limiter = FixedWindowRateLimiter(MemoryStorage())
        self.known = RateLimitItemPerMinute(per_min)
        self.stranger = RateLimitItemPerMinute(max(1, per_min // _STRANGERS_PART))

    def wait_s(self, request: Request) -> int | None:
        """None, or for how many seconds there were too many."""
        who: Who | None = request.state.who
        if who is not None:
            limit, key = self.known, f"account {who.account}"
        else:
            address = request.client.host if request.client else ""
            limit, key = self.stranger, network(address)
        if self.limiter.hit(limit, key):
            return None
        until = self.limiter.get_window_stats(limit, key).reset_time
        return max(1, int(until - time.time()))
