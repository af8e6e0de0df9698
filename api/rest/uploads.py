"""An uploaded file: a form with a file in it, or the bare body; zipped or not."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Generic, TypeVar

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from api.rest.parameters import Text
from api.rest.services import Services
from api.unzipping import unzipped
from geocorr.errors import UsageError
from loaders.crime_options import ZONES, CrimeOptions
from loaders.forces import forces

FORM = "multipart/form-data"
# What browsers, curl and spreadsheets call a CSV file.
CSV = ("text/", "application/octet-stream", "application/x-www-form-urlencoded",
       "application/vnd.ms-excel", "application/csv")  # fmt: skip
GZIP = ("application/gzip", "application/x-gzip")
FILE = {"type": "string", "format": "binary"}


class DryRun(BaseModel):
    """How a file is to be read; a form's fields override the query's."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    dry_run: bool = False


class Choices(BaseModel):
    """The same of a crime file, whose times may need a zone."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    force: Text | None = None
    zone: Text | None = None
    dry_run: bool = False


Asked = TypeVar("Asked", DryRun, Choices)


@dataclass(frozen=True, slots=True)
class Upload(Generic[Asked]):
    """A file, unzipped, its name if it has one, and how it is to be read."""

    data: bytes
    name: str
    asked: Asked

    @property
    def identity(self) -> tuple[object, ...]:
        """All that makes two uploads the same request."""
        return self.data, self.name, *self.asked.model_dump().values()


async def received(
    request: Request, query: Asked, parts: Services, kinds: tuple[str, ...] = CSV
) -> Upload[Asked]:
    """The upload of a request; a problem where it is neither form nor of these kinds.

    Unzipped where its name ends in .gz or its kind says so (what `Content-Encoding`
    says is undone at the door); 413 where it is too long then.
    """
    kind = request.headers.get("content-type", "text/csv").lower()
    if kind.startswith(FORM):
        data, name, asked = await _of_form(request, query)
    elif kind.startswith((*kinds, *GZIP)):
        data, name, asked = await request.body(), "upload.csv", query
    else:
        raise HTTPException(415, f"Send the file as {FORM} or as text/csv")
    if name.lower().endswith(".gz") or kind.startswith(GZIP):
        max_mb = parts.settings.max_upload_mb
        data = await asyncio.to_thread(unzipped, data, max_mb)
    return Upload(data, name, asked)


async def _of_form(request: Request, query: Asked) -> tuple[bytes, str, Asked]:
    async with request.form(max_files=1, max_fields=10) as form:
        file = form.get("file")
        if not isinstance(file, UploadFile):
            raise UsageError("The form has no file: send it in the field `file`.")
        texts = {name: v for name, v in form.items() if isinstance(v, str)}
        data = await file.read()
        return data, file.filename or "upload.csv", _asked(query, texts)


def _asked(query: Asked, texts: Mapping[str, str]) -> Asked:
    given = {name: text for name, text in texts.items() if text.strip()}
    try:
        return type(query).model_validate({**query.model_dump(), **given})
    except ValidationError as wrong:
        raise RequestValidationError(_in_form(wrong)) from wrong


def _in_form(wrong: ValidationError) -> list[dict[str, object]]:
    faults = wrong.errors()
    return [{**fault, "loc": ("form", *fault["loc"])} for fault in faults]


def body(fields: Mapping[str, object], *bare: str) -> dict[str, object]:
    """What OpenAPI says of an upload: a form with these fields, or a bare body."""
    form = {
        "type": "object",
        "required": ["file"],
        "properties": {"file": FILE, **fields},
    }
    kinds = {kind: {"schema": FILE} for kind in (*bare, GZIP[0])}
    content = {FORM: {"schema": form}, **kinds}
    return {"requestBody": {"required": True, "content": content}}


def options(parts: Services, asked: Choices) -> CrimeOptions:
    """How the file is read; UsageError without a known force, or without a zone."""
    force = None if asked.force is None else forces().named(asked.force)
    zone = asked.zone or (force and parts.zones.get(force.identifier))
    if not zone:
        raise UsageError(
            "Nobody said in which zone this file's times are, and an hour's slip would "
            f"lose hits: send zone={' or zone='.join(ZONES)}, or name the force and "
            "declare its feed's zone in GEOCORR_FEED_ZONES."
        )
    return CrimeOptions(
        parts.door.crs,
        datetime.now(UTC),
        zone=zone,
        expected=force,
        max_window_h=parts.door.policy.crime.max_window_h,
        max_bytes=parts.settings.max_upload_mb * 1024 * 1024,
    )
