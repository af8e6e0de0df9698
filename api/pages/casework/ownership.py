"""Who owns a nominal, how that came about, and what people decide of it."""

from functools import partial

from fastapi import APIRouter, Request
from starlette.responses import Response

from api import clock
from api.login.asking import Asking
from api.login.who import Who
from api.owners import answering, owning_acts
from api.owners.answering import Act, Decision
from api.owners.owning_acts import Shown, Words
from api.pages import banners, forms
from api.pages.access import CASES, INTELLIGENCE
from api.pages.casework import areas
from api.pages.forms import Form, Wrong
from api.pages.rendering import page
from api.rest.parameters import Text
from api.rest.services import Parts
from api.views import ownership as words
from api.views import people
from api.views.words import segment
from geocorr.ownership.places import How
from loaders import profile
from sql import consultations, inbox, nominals, proposals
from sql.consultations import Asking as AskedOf
from sql.db import Role
from sql.owners import Owned

router = APIRouter(include_in_schema=False)


@router.get("/people/{nominal}/ownership")
async def shown(request: Request, nominal: Text, who: Asking, parts: Parts) -> Response:
    """Owner, proposal, decisions, consultations and addresses; audited."""
    return await whole(request, nominal, who, parts, forms.EMPTY)


@router.post("/people/{nominal}/ownership")
async def decide(
    request: Request, nominal: Text, who: Asking, parts: Parts
) -> Response:
    """Append what was decided; the same page where it cannot be."""

    async def act(form: Form) -> Response:
        said = _said(form, nominal, who)
        async with parts.connection(Role.WEB) as conn:
            await answering.decide(conn, said, clock.today())
        return forms.done(request.url.path, said.act.value)

    again = partial(whole, request, nominal, who, parts)
    return await forms.answer(request, act, again)


@router.post("/people/{nominal}/plan")
async def plan(request: Request, nominal: Text, who: Asking, parts: Parts) -> Response:
    """WMP-6.5. Keep a joint case plan: who leads in each area, and the next review."""

    async def act(form: Form) -> Response:
        review_on = form.day("review_on", "Say when the plan is looked at again.")
        said = Words(who.name, form.words("plan", "Say what the plan is."))
        leads = _leads(form)
        async with parts.connection(Role.WEB) as conn:
            day = clock.today()
            await owning_acts.keep_plan(conn, nominal, leads, review_on, said, day)
        return forms.done(f"/people/{segment(nominal)}/ownership", "plan")

    again = partial(whole, request, nominal, who, parts)
    return await forms.answer(request, act, again)


def _leads(form: Form) -> dict[str, str]:
    """The lead named for each area, as the form lists them."""
    areas_of, leads = form.typed.get("area", []), form.typed.get("lead", [])
    named = dict(zip(areas_of, map(str.strip, leads), strict=False))
    if not named or not all(named.values()):
        raise Wrong("lead", "Name a lead for each area.")
    return named


def _said(form: Form, nominal: str, who: Who) -> Decision:
    act = form.one_of("act", Act, "Choose what you decide.")
    if not who.may_be(answering.ROLES[act]):
        raise Wrong("act", "Somebody of another role decides that.")
    area = ""
    if act in words.FOR_AN_LPU:
        area = areas.lpu_said(who, form.maybe("lpu"))
        if not area:
            raise Wrong("lpu", "Choose the LPU that you decide for.")
    elif act is Act.MADE_OWNER:
        area = form.words("area", "Choose the area that suffers most.")
    elif act is Act.TRANSFER:
        area = form.words("force", "Choose the force that is asked.")
    reason = form.words("reason", "Say why: the reason is kept.")
    return Decision(act, nominal, area, Words(who.name, reason))


async def whole(
    request: Request, nominal: str, who: Who, parts: Parts, form: Form
) -> Response:
    """The page, with a form of it as it was sent; the look is audited."""
    day = clock.today()
    profiles = profile.read(parts.settings.profiles)
    async with parts.connection(Role.WEB) as conn:
        found = await owning_acts.show(conn, nominal, day, who.name, profiles)
        given = await inbox.inbox(conn, day, found.standing.lpu, nominal, True)
        proposed = (await proposals.last(conn, [nominal], day)).get(nominal)
        asked = await consultations.find(conn, AskedOf(nominal_id=nominal))
        named = people.names(await nominals.nominals(conn, [nominal]))
        choices = await areas.lpus(conn), await areas.forces(conn)
    stands = found.standing
    waits = bool(given) and given[0].answer not in ("accepted", "claimed")
    acts = answering.open_to(stands, waits, _decides_for(who), who.roles)
    return page(
        request,
        who,
        "lpu/ownership.html",
        form.status,
        nominal=nominal,
        name=named.get(nominal, ""),
        stands=stands,
        owner=people.owner(stands),
        shared=people.shared(stands),
        given=given[0] if given and stands.lpu else None,
        proposal=proposed if stands.queue else None,
        addresses=[words.address(one, who) for one in found.addresses],
        to_place=_to_place(found, who),
        steps=list(reversed(found.history)),
        plans=found.plans,
        plan_areas=_plan_areas(stands) if who.may_be(CASES) else [],
        asked=asked,
        acts=[(act.value, *words.ACTS[act]) for act in acts],
        for_lpu=any(act in words.FOR_AN_LPU for act in acts) and not _fixed(who),
        affected=_affected(stands) if Act.MADE_OWNER in acts else [],
        forces=choices[1] if Act.TRANSFER in acts else [],
        lpus=choices[0],
        own_lpu=who.lpu,
        form=form,
        done=banners.of(request),
    )


def _to_place(found: Shown, who: Who) -> list[tuple[str, str]]:
    """Addresses that somebody may place, what is not placed yet first."""
    if not who.may_be(INTELLIGENCE):
        return []
    held = sorted(found.addresses, key=lambda one: one.how != How.NONE)
    return [(str(one.number), words.address(one, who).told) for one in held]


def _fixed(who: Who) -> bool:
    """Whether somebody can decide for one LPU alone."""
    return _decides_for(who) is not None


def _decides_for(who: Who) -> str | None:
    allocates = who.may_be(answering.ROLES[Act.ALLOCATED])
    return None if allocates else who.lpu


def _plan_areas(stands: Owned) -> list[str]:
    """The areas of a joint plan: the owner's and those that share."""
    if stands.force is None or not stands.joint:
        return []
    shared = {str(area["lpu"] or area["force"]) for area in stands.joint}
    return sorted({stands.lpu or stands.force, *shared})


def _affected(stands: Owned) -> list[tuple[str, str]]:
    areas_of = [str(a["lpu"] or a["force"]) for a in stands.joint if a["affected"]]
    return [(area, area) for area in areas_of]
