"""Forms: what a person typed, what is wrong with it, where to go when it is done."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import TypeVar
from urllib.parse import urlencode

from fastapi import Request
from pydantic import TypeAdapter, ValidationError
from starlette.datastructures import UploadFile
from starlette.responses import RedirectResponse, Response

from api.rest.parameters import Day, Text
from geocorr.errors import ConflictError, GeocorrError, InputError, NotFound, UsageError

Word = TypeVar("Word", bound=StrEnum)

# What is answered on the page of the form; anything else is a page of its own.
FAULTS = (InputError, ConflictError, NotFound, UsageError)
_LONGEST = 10_000
_TEXT: TypeAdapter[str] = TypeAdapter(Text)
_DAY: TypeAdapter[date] = TypeAdapter(Day)


class Wrong(InputError):
    """A field is not filled in as it must be."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.name = name


@dataclass(frozen=True, slots=True)
class Form:
    """What was typed into a form, by field; `error` is of `wrong`, a field of it."""

    typed: Mapping[str, list[str]] = field(default_factory=dict)
    error: str = ""
    wrong: str = ""

    @property
    def status(self) -> int:
        """Of the page that shows the form."""
        return 422 if self.error else 200

    def value(self, name: str, otherwise: str = "") -> str:
        """What was typed into a field, or else what it is filled in with."""
        return self.typed[name][0] if self.typed.get(name) else otherwise

    def values(self, name: str) -> list[str]:
        """All that was ticked of a field."""
        return [text for text in self.typed.get(name, []) if text]

    def words(self, name: str, missing: str) -> str:
        """What was typed, without the blanks round it; Wrong where that is nothing."""
        text = self.maybe(name)
        if not text:
            raise Wrong(name, missing)
        return text

    def maybe(self, name: str) -> str:
        """The same of a field that may stay empty; Wrong for what cannot be kept."""
        text = self.value(name).strip()
        try:
            _TEXT.validate_python(text)
        except ValidationError as unkept:
            raise Wrong(name, "This holds a character that cannot be kept.") from unkept
        if len(text) > _LONGEST:
            raise Wrong(name, f"Use {_LONGEST:,} letters or fewer.")
        return text

    def lines(self, name: str, missing: str) -> list[str]:
        """What stands on each line; Wrong where nothing does."""
        self.words(name, missing)
        return self.maybe_lines(name)

    def maybe_lines(self, name: str) -> list[str]:
        """The same of a field that may stay empty."""
        found = [line.strip() for line in self.maybe(name).splitlines()]
        return [line for line in found if line]

    def one_of(self, name: str, kind: type[Word], missing: str) -> Word:
        """A word of a list; Wrong for none, and for one that is not in it."""
        try:
            return kind(self.value(name))
        except ValueError as unknown:
            raise Wrong(name, missing) from unknown

    def day(self, name: str, missing: str) -> date:
        """A day; Wrong for none, and for what is no day."""
        found = self.maybe_day(name)
        if found is None:
            raise Wrong(name, missing)
        return found

    def maybe_day(self, name: str) -> date | None:
        """The same of a field that may stay empty."""
        text = self.maybe(name)
        try:
            return _DAY.validate_python(text) if text else None
        except ValidationError as unread:
            raise Wrong(name, "Write the day as 2026-03-28.") from unread

    def number(self, name: str, missing: str) -> float:
        """A number; Wrong for what is none, or is not finite."""
        text = self.words(name, missing).replace(",", "")
        try:
            found = float(text)
        except ValueError as unread:
            raise Wrong(name, missing) from unread
        if not abs(found) < float("inf"):
            raise Wrong(name, missing)
        return found

    def refused(self, error: GeocorrError) -> "Form":
        """The same form with what is wrong with it."""
        name = error.name if isinstance(error, Wrong) else ""
        return replace(self, error=str(error), wrong=name)


EMPTY = Form()
Step = Callable[[Form], Awaitable[Response]]


async def answer(request: Request, act: Step, again: Step) -> Response:
    """Do what was asked for, and go on; where it cannot be, the page of the form again,
    with what is wrong and all that was typed."""
    form = await read(request)
    try:
        return await act(form)
    except FAULTS as wrong:
        return await again(form.refused(wrong))


async def read(request: Request) -> Form:
    """What a person sent, files apart."""
    sent = await request.form()
    typed: dict[str, list[str]] = {}
    for name, text in sent.multi_items():
        if isinstance(text, str) and name != "csrf":
            typed.setdefault(name, []).append(text)
    return Form(typed)


async def file(request: Request, missing: str) -> tuple[bytes, str]:
    """What was sent in the field `file`, and its name; Wrong where nothing was."""
    sent = (await request.form()).get("file")
    data, name = b"", ""
    if isinstance(sent, UploadFile):
        data, name = await sent.read(), sent.filename or ""
    await request.close()
    if not name:
        raise Wrong("file", missing)
    return data, name


def done(path: str, what: str, **asked: object) -> RedirectResponse:
    """To the page that shows what was done; it says so in a banner."""
    query = {name: text for name, text in asked.items() if text not in (None, "")}
    return RedirectResponse(f"{path}?{urlencode({**query, 'done': what})}", 303)
