"""An announced power cut, weather warning or works as somebody gives it, alone or as a row of a CSV file. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError, model_validator

from guywire.errors import Refused, invalid

_LISTS = ("regions", "sites", "power_feeds")
_MOST_ROWS = 5_000
_MOST_SAID = 10
_LONGEST = timedelta(days=366)
_LAST_YEAR = 9998  # what lies a zone behind the last day of 9999 cannot be read back

_Name = Annotated[str, Field(min_length=1, max_length=200)]


class Announced(BaseModel):
    """What is announced, and where: it wants at least one region (a path), site or power feed."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["power_cut", "weather", "works"]
    title: str = Field(min_length=1, max_length=300)
    text: str = Field(default="", max_length=4000)
    source: str = Field(default="", max_length=200)
    reference: str = Field(default="", max_length=200, description="the source's own number for it")
    level: Literal["", "blue", "yellow", "orange", "red"] = ""
    regions: tuple[_Name, ...] = Field(default=(), max_length=200)
    sites: tuple[_Name, ...] = Field(default=(), max_length=5000)
    power_feeds: tuple[_Name, ...] = Field(default=(), max_length=500)
    starts_at: AwareDatetime
    ends_at: AwareDatetime

    @model_validator(mode="after")
    def _holds_together(self) -> Announced:
        if not timedelta(0) < self.ends_at - self.starts_at <= _LONGEST:
            raise ValueError("ends_at must be after starts_at, by a year at the most")
        if self.ends_at.year > _LAST_YEAR:
            raise ValueError(f"ends_at must lie before the year {_LAST_YEAR + 1}")
        if not (self.regions or self.sites or self.power_feeds):
            raise ValueError("name at least one region, site or power feed")
        return self


def read_csv(content: str) -> list[tuple[int, Announced]]:
    """Each row with the line on which it begins. Raises `Refused` for the first ten that are wrong, with line and why.

    Columns as the fields of `Announced`, in any order; lists with `;`, times in ISO 8601 with their zone.
    """
    found: list[tuple[int, Announced]] = []
    wrong: list[str] = []
    for line, row in _rows(content):
        try:
            found.append((line, Announced.model_validate(_of_row(row))))
        except ValidationError as error:
            wrong += [f"line {line}: {_said(one)}" for one in error.errors()]
    if wrong:
        raise not_taken(wrong)
    if not found:
        raise invalid("empty", "The file has a header and nothing else. Send the rows too.")
    return found


def not_taken(wrong: Sequence[str]) -> Refused:
    """The refusal of a whole file: nothing of it was taken."""
    more = f" And {len(wrong) - _MOST_SAID} more." if len(wrong) > _MOST_SAID else ""
    said = "; ".join(one.rstrip(".") for one in wrong[:_MOST_SAID])
    return invalid("bad_rows", f"{said}.{more} Nothing was taken: mend the file and send it again.")


def _rows(content: str) -> Iterator[tuple[int, Mapping[str, str]]]:
    reader = csv.reader(io.StringIO(content.removeprefix("\ufeff"), newline=""), strict=True)
    try:
        header = [cell.strip() for cell in next(reader, [])]
        _refuse_header(header)
        line = reader.line_num + 1
        for number, cells in enumerate(reader):
            if number >= _MOST_ROWS:
                raise invalid("too_many_rows", f"A file holds {_MOST_ROWS} rows at the most. Send it in parts.")
            if any(cell.strip() for cell in cells):
                if len(cells) != len(header):
                    raise not_taken([f"line {line}: {len(cells)} cells where the header has {len(header)}"])
                yield line, {name: cell.strip() for name, cell in zip(header, cells, strict=True)}
            line = reader.line_num + 1
    except csv.Error as error:
        raise not_taken([f"line {reader.line_num}: this is not CSV: {error}"]) from None


def _refuse_header(header: Sequence[str]) -> None:
    known = Announced.model_fields
    wanted = [name for name, field in known.items() if field.is_required()]
    wrong = [f"line 1: unknown column {name!r}" for name in header if name not in known]
    wrong += [f"line 1: the column {name} is missing" for name in wanted if name not in header]
    wrong += [f"line 1: the column {name} stands there twice" for name in sorted({*header}) if header.count(name) > 1]
    if wrong:
        raise not_taken([*wrong, f"the columns are {', '.join(known)}"])


def _of_row(row: Mapping[str, str]) -> dict[str, Any]:
    """Empty cells are left out, so that what is required is missed and what is not takes its default."""
    return {
        name: [part.strip() for part in cell.split(";") if part.strip()] if name in _LISTS else cell
        for name, cell in row.items()
        if cell
    }


def _said(error: Any) -> str:
    where = ".".join(str(step) for step in error["loc"])
    message = str(error["msg"]).removeprefix("Value error, ")
    return f"{where}: {message}" if where else message
