"""Reading an electoral register as people's spreadsheets write it: CSV, UTF-8 or GB18030."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from core.errors import Invalid
from core.i18n import Message, lazy_gettext
from core.text import tidy_line

MOST_BYTES = 20 * 1024 * 1024
MOST_LINES = 500_000
MOST_PROBLEMS = 50
LONGEST_NAME = 80
LONGEST_CELL = 200
COLUMNS = {
    "masked_id": "masked_id",
    "证件号": "masked_id",
    "name": "name",
    "姓名": "name",
    "area": "area",
    "社区": "area",
    "birth_year": "birth_year",
    "出生年份": "birth_year",
}
NEEDED = ("masked_id", "name", "area", "birth_year")
_MASKED = re.compile(r"[0-9A-Z*]{0,26}[0-9]{3}[0-9X]")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


@dataclass(frozen=True, slots=True)
class Person:
    """One line of a register, as it will be kept."""

    line: int
    masked_id: str
    name: str
    area_id: int
    birth_year: int

    @property
    def key(self) -> tuple[str, str, int]:
        """What tells one person on the register from another."""
        return self.masked_id, self.name, self.birth_year


@dataclass(slots=True)
class Reading:
    """What a file holds: its people, or what is wrong with which line."""

    people: list[Person] = field(default_factory=list)
    problems: list[tuple[int, Message]] = field(default_factory=list)
    count_of_problems: int = 0

    def problem(self, line: int, message: Message) -> None:
        """Note what is wrong with a line; the first ``MOST_PROBLEMS`` are kept."""
        self.count_of_problems += 1
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append((line, message))


def read_register(
    content: bytes, areas: Mapping[str, Sequence[int]], years: tuple[int, int]
) -> Reading:
    """Read a whole file. ``areas`` gives the identities that a name or a number may mean;
    ``years`` are the first and the last believable years of birth.

    Raises ``Invalid`` (field ``file``) for a file that is no such table at all.
    """
    if len(content) > MOST_BYTES:
        raise _no_table(lazy_gettext("The file is larger than 20 MB. Please send it in parts."))
    found, seen = Reading(), dict[tuple[str, str, int], int]()
    try:
        for number, row in _rows(decode(content)):
            person = _person(number, row, areas, years)
            if not isinstance(person, Person):
                found.problem(number, person)
            elif (first := seen.setdefault(person.key, number)) != number:
                found.problem(number, lazy_gettext("The same person as in line %(n)s.", n=first))
            else:
                found.people.append(person)
    except csv.Error as error:
        raise _no_table(lazy_gettext("This is not a CSV file that we can read.")) from error
    if not found.people and not found.count_of_problems:
        raise _no_table(lazy_gettext("The file has no people in it."))
    return found


def decode(content: bytes) -> str:
    """The text of a file in UTF-8, with or without a mark, or in GBK/GB18030."""
    if b"\0" in content:
        raise _no_table(lazy_gettext("This is not a CSV file. Please save the table as CSV."))
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise _no_table(lazy_gettext("The characters cannot be read. Please save as CSV UTF-8."))


def _rows(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    names = [COLUMNS.get(tidy_line(cell).lower(), "") for cell in next(lines, [])]
    missing = [column for column in NEEDED if names.count(column) != 1]
    if missing:
        raise _no_table(
            lazy_gettext(
                "The first line has to name these columns, each once: masked_id, name, area, "
                "birth_year (or 证件号, 姓名, 社区, 出生年份). Not found: %(missing)s.",
                missing=", ".join(missing),
            )
        )
    for count, cells in enumerate(lines):
        if count >= MOST_LINES:
            raise _no_table(lazy_gettext("More than 500,000 lines. Please send it in parts."))
        if any(cells):
            yield lines.line_num, dict(zip(names, cells, strict=False))


def _person(
    line: int,
    row: Mapping[str, str],
    areas: Mapping[str, Sequence[int]],
    years: tuple[int, int],
) -> Person | Message:
    cells = {name: tidy_line(row.get(name, "")[:LONGEST_CELL]) for name in NEEDED}
    masked = cells["masked_id"].replace("＊", "*").upper()
    if is_whole_id(masked):
        return lazy_gettext("A whole identity number. Please mask it first, as 3301**********1234.")
    if not _MASKED.fullmatch(masked):
        return lazy_gettext("The masked number has to end with its last four characters.")
    if not 1 <= len(cells["name"]) <= LONGEST_NAME:
        return lazy_gettext("The name is missing or too long.")
    year = cells["birth_year"]
    if not (re.fullmatch("[0-9]{4}", year) and years[0] <= int(year) <= years[1]):
        return lazy_gettext("“%(year)s” is not a year of birth.", year=year)
    meant = areas.get(cells["area"].casefold(), ())
    if len(meant) != 1:
        return _wrong_area(cells["area"], found=bool(meant))
    return Person(line, masked, cells["name"], meant[0], int(year))


def _wrong_area(name: str, *, found: bool) -> Message:
    if found:
        return lazy_gettext("Several areas are called “%(name)s”; write the number.", name=name)
    return lazy_gettext("No area of yours is called “%(name)s”.", name=name)


def is_whole_id(number: str) -> bool:
    """Whether this is a resident identity number with nothing masked: 18 characters whose
    last is the ISO 7064 MOD 11-2 check character (GB 11643)."""
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(number, _WEIGHTS, strict=False))
    return "10X98765432"[total % 11] == number[-1]


def _no_table(problem: Message) -> Invalid:
    return Invalid(problem, fields={"file": problem})
