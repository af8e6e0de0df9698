"""What is in force: choices, profiles, periods, rules, software, forces and areas."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from api import clock
from api.login.asking import Asking
from api.matches.matching import SOFTWARE
from api.owners.owning_known import end_of
from api.pages.rendering import page
from api.rest.services import Parts
from api.views import policies as words
from loaders import policy as policies
from loaders import profile, retention
from sql import boundaries

router = APIRouter(include_in_schema=False)


@router.get("/policy")
async def shown(request: Request, who: Asking, parts: Parts) -> Response:
    """The policy by which everything is decided now; no person stands in it."""
    chosen, at = parts.door.policy, end_of(clock.today())
    adopted = profile.read(parts.settings.profiles)
    kept = retention.read(parts.settings.retention)
    async with parts.reading() as conn:
        forces = await boundaries.names(conn, "force", at)
        lpus = await boundaries.names(conn, "lpu", at)
    return page(
        request,
        who,
        "admin/policy.html",
        software=SOFTWARE,
        hash=chosen.hash,
        sections=words.sections(chosen.choices),
        profiles=words.profiles(adopted),
        periods=words.periods(kept),
        retention_hash=kept.hash,
        rules=words.rules(policies.rules()),
        forces=words.areas(forces, lpus),
    )
