"""Rows of measurements, and the page of the documentation that shows them."""

from __future__ import annotations

import platform
import re
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

PAGE = Path(__file__).resolve().parent.parent / "docs" / "benchmarks.md"
HEAD = "| what | this project | beside it | ratio | target | met |\n|---|---|---|---|---|---|\n"


@dataclass(frozen=True, slots=True)
class Row:
    """One measurement; ``ratio`` is ours to the other's. ``met`` is ``None`` without a target."""

    what: str
    ours: str
    beside: str
    ratio: str
    target: str
    met: bool | None

    def markdown(self) -> str:
        """The row of the table."""
        cells = (self.what, self.ours, self.beside, self.ratio, self.target)
        met = {True: "yes", False: "**no**", None: ""}[self.met]
        return "| " + " | ".join((*cells, met)) + " |\n"


def publish(section: str, rows: list[Row], note: str = "") -> str:
    """Put the rows between the section's markers in the documentation; returns the text."""
    text = HEAD + "".join(row.markdown() for row in rows)
    return _replace(section, f"{text}\n{f'{note} ' if note else ''}{_circumstances()}\n")


def plain_table(section: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Put a table of figures between the section's markers; returns the text."""
    lines = [head, ["---"] * len(head), *rows]
    text = "".join(f"| {' | '.join(cells)} |\n" for cells in lines)
    return _replace(section, f"{text}\n{_circumstances()}\n")


def _replace(section: str, text: str) -> str:
    begin, end = f"<!-- {section} -->", f"<!-- end of {section} -->"
    pattern = re.compile(re.escape(begin) + ".*?" + re.escape(end), re.DOTALL)
    page = PAGE.read_text(encoding="utf-8")
    block = f"{begin}\n{text}{end}"
    PAGE.write_text(pattern.sub(lambda _match: block, page), encoding="utf-8")
    return text


def _circumstances() -> str:
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False
    )
    today = datetime.now(UTC).date()
    cores = len(Path("/proc/cpuinfo").read_text().split("processor")) - 1 if _linux() else "?"
    return (
        f"Measured on {today} at {commit.stdout.strip() or 'an unknown commit'}: "
        f"Python {platform.python_version()}, {cores} cores, {platform.machine()}."
    )


def _linux() -> bool:
    return Path("/proc/cpuinfo").exists()
