"""Sending crime files by hand: several at once, tried first if one likes, reported."""

import asyncio
from dataclasses import dataclass
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from api.intake import loading_crimes
from api.login.asking import Asking
from api.login.who import Who
from api.pages.central import searching
from api.pages.forms import EMPTY, FAULTS, Form, Wrong, read
from api.pages.rendering import page
from api.rest import uploads
from api.rest.services import Parts, Services
from api.rest.uploads import Choices
from api.unzipping import unzipped
from api.views import batches as views
from api.views.batches import FileReport
from loaders import crimes as crime_files
from loaders.crime_options import ZONES, CrimeOptions
from sql import audit, batches
from sql.db import Connection, Role

router = APIRouter(include_in_schema=False)

_UPLOAD = "/upload"
_MOST_FILES = 50
# So many faults of a file stand on the page; the file of refused rows has them all.
_FAULTS = 100
_ZONES = (
    ("Europe/London", "London", "The clock on the wall, summer time in summer."),
    ("UTC", "UTC", "An hour behind London in summer."),
)


@dataclass(frozen=True, slots=True)
class _Sent:
    """One of the files that were chosen, unzipped."""

    name: str
    data: bytes


@router.get(_UPLOAD)
async def shown(request: Request, who: Asking, parts: Parts) -> Response:
    """The form, and the reports of the files that were just sent."""
    numbers = [int(text) for text in _listed(request, "batch")][:_MOST_FILES]
    again = {int(text) for text in _listed(request, "again")}
    async with parts.reading() as conn:
        reports = [await _stored(conn, number, number in again) for number in numbers]
    return _page(request, who, parts, reports, EMPTY)


@router.post(_UPLOAD)
async def sent(request: Request, who: Asking, parts: Parts) -> Response:
    """Store each file whatever its outcome, or only try them all."""
    form = await read(request)
    try:
        options = _options(form, parts)
        files = await _files(request, parts)
    except FAULTS as wrong:
        return _page(request, who, parts, [], form.refused(wrong))
    finally:
        await request.close()
    if form.value("dry_run"):
        tried = [await _tried(file, options) for file in files]
        return _page(request, who, parts, tried, form, dry=True)
    numbers: list[tuple[str, int]] = []
    for file in files:
        async with parts.connection(Role.WORKER) as conn:
            _, stored = await loading_crimes.load_crimes(
                conn, file.data, file.name, options, parts.door
            )
            subject = f"batch {stored.batch}"
            await audit.note(conn, who.name, "send file", subject)
        numbers += [("batch", stored.batch)]
        numbers += [("again", stored.batch)] if stored.repeated else []
    return RedirectResponse(f"{_UPLOAD}?{urlencode(numbers)}", 303)


def _listed(request: Request, name: str) -> list[str]:
    return [t for t in request.query_params.getlist(name) if searching.digits(t)]


async def _files(request: Request, parts: Services) -> list[_Sent]:
    chosen = [
        file
        for file in (await request.form()).getlist("files")
        if isinstance(file, UploadFile) and file.filename
    ]
    if not chosen:
        raise Wrong("files", "Choose at least one crime file.")
    if len(chosen) > _MOST_FILES:
        raise Wrong("files", f"Send {_MOST_FILES} files at most in one go.")
    return [await _read(file, parts) for file in chosen]


async def _read(file: UploadFile, parts: Services) -> _Sent:
    name, data = file.filename or "", await file.read()
    if name.lower().endswith(".gz"):
        try:
            limit_mb = parts.settings.max_upload_mb
            data = await asyncio.to_thread(unzipped, data, limit_mb)
        except HTTPException as broken:
            raise Wrong("files", f"{name}: {broken.detail}.") from broken
    return _Sent(name, data)


def _options(form: Form, parts: Services) -> CrimeOptions:
    force, zone = form.maybe("force") or None, form.maybe("zone") or None
    if zone not in (None, *ZONES):
        raise Wrong("zone", "Say in which zone the times are.")
    if zone is None and force is None:
        raise Wrong(
            "zone",
            "Say in which zone times without an offset are: an hour's slip loses hits.",
        )
    return uploads.options(parts, Choices(force=force, zone=zone))


async def _tried(file: _Sent, options: CrimeOptions) -> FileReport:
    parsed = await asyncio.to_thread(crime_files.parse, file.data, options, file.name)
    return views.of_report(parsed.report, _FAULTS)


async def _stored(conn: Connection, number: int, again: bool) -> FileReport:
    summary = await batches.one(conn, number)
    notes = await batches.faults(conn, number)
    return views.of_batch(summary, notes, again, _FAULTS)


def _page(
    request: Request,
    who: Who,
    parts: Services,
    reports: list[FileReport],
    form: Form,
    dry: bool = False,
) -> Response:
    return page(
        request,
        who,
        "central/upload.html",
        422 if form.error else 200,
        reports=reports,
        dry=dry,
        form=form,
        zones=_ZONES,
        choices=searching.choices(),
        max_mb=parts.settings.max_upload_mb,
    )
