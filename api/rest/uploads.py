"""An uploaded crime file: a form with a file in it, or the bare body."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from api.rest.parameters import Text
from api.rest.services import Services
from geocorr.errors import UsageError
from loaders.crime_options import ZONES, CrimeOptions
from loaders.forces import forces

FORM = "multipart/form-data"
# What browsers, curl and spreadsheets call a CSV file.
PLAIN = ("text/", "application/octet-stream", "application/x-www-form-urlencoded",
         "application/vnd.ms-excel", "application/csv")  # fmt: skip


class Choices(BaseModel):
    """How a file is to be read; a form's fields override the query's."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    force: Text | None = None
    zone: Text | None = None
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it came, its name if it has one, and how it is to be read."""

    data: bytes
    name: str
    asked: Choices

    @property
    def identity(self) -> tuple[object, ...]:
        """All that makes two uploads the same request."""
        asked = self.asked
        return self.data, self.name, asked.force, asked.zone, asked.dry_run


async def received(request: Request, query: Choices) -> Upload:
    """The upload of a request; a problem where it is neither form nor CSV."""
    kind = request.headers.get("content-type", "text/csv").lower()
    if kind.startswith(FORM):
        return await _of_form(request, query)
    if not kind.startswith(PLAIN):
        raise HTTPException(415, f"Send the file as {FORM} or as text/csv")
    return Upload(await request.body(), "upload.csv", query)


async def _of_form(request: Request, query: Choices) -> Upload:
    async with request.form(max_files=1, max_fields=10) as form:
        file = form.get("file")
        if not isinstance(file, UploadFile):
            raise UsageError("The form has no file: send it in the field `file`.")
        texts = {name: v for name, v in form.items() if isinstance(v, str)}
        data = await file.read()
        return Upload(data, file.filename or "upload.csv", _asked(query, texts))


def _asked(query: Choices, texts: Mapping[str, str]) -> Choices:
    given = {name: text for name, text in texts.items() if text.strip()}
    try:
        return Choices.model_validate({**query.model_dump(), **given})
    except ValidationError as wrong:
        faults = [{**fault, "loc": ("form", *fault["loc"])} for fault in wrong.errors()]
        raise RequestValidationError(faults) from wrong


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
