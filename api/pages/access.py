"""Who may open which page. A page that is not here fails a test and is refused."""

from collections.abc import Mapping

from api.login.who import UserRole

CENTRAL = frozenset({UserRole.CENTRAL_TEAM})
INVESTIGATOR = frozenset({UserRole.INVESTIGATOR})
EVIDENCE = CENTRAL | INVESTIGATOR
LPU = frozenset({UserRole.LPU_TEAM})
CASES = LPU | {UserRole.INTELLIGENCE}
INTELLIGENCE = frozenset({UserRole.INTELLIGENCE})
INSPECTORS = frozenset({UserRole.OM_INSPECTOR, UserRole.SUPERVISOR})
AUDITOR = frozenset({UserRole.AUDITOR})
ADMIN = frozenset({UserRole.ADMIN})
EVERYONE = frozenset(UserRole)

# What a stranger may open.
OPEN: frozenset[tuple[str, str]] = frozenset(
    {
        ("GET", "/assets/{path:path}"),
        ("GET", "/login"),
        ("POST", "/login"),
    }
)

PAGES: Mapping[tuple[str, str], frozenset[UserRole]] = {
    ("GET", "/"): EVERYONE,
    ("POST", "/logout"): EVERYONE,
    ("GET", "/password"): EVERYONE,
    ("POST", "/password"): EVERYONE,
}
