"""What stands in the address of a page: its filters, and which page of a list."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, Field, model_validator

ROWS = 50


class Asked(BaseModel):
    """Filters and page; what is left out, or left empty, is not asked."""

    page: Annotated[int, Field(ge=1, le=1_000_000)] = 1

    @model_validator(mode="before")
    @classmethod
    def _without_the_empty(cls, given: Any) -> Any:
        if not isinstance(given, Mapping):
            return given
        return {name: text for name, text in given.items() if text != ""}

    @property
    def rows(self) -> tuple[int, int]:
        """How many rows, and how many before them."""
        return ROWS, (self.page - 1) * ROWS

    @property
    def terms(self) -> dict[str, str]:
        """What is asked for, as an address has it; not which page of it."""
        told = self.model_dump(mode="json", exclude_defaults=True, exclude={"page"})
        return {
            name: str(value).lower() if isinstance(value, bool) else str(value)
            for name, value in told.items()
        }

    @property
    def looked_for(self) -> dict[str, object]:
        """The same as the audit has it: nominals as a list, and in whatever order."""
        told: dict[str, object] = dict(self.terms)
        told.pop("sort", None)
        nominal = told.pop("nominal", None)
        return {**told, "nominals": [nominal]} if nominal else told
