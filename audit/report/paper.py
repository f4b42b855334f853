"""The report on paper."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from audit.report.model import Amount, Cell, Grid, Key, Report, Section
from audit.report.words import drawn_up, of_log, said, title
from core.i18n import TAGS, current_locale
from core.i18n import gettext as _
from core.print import (
    Bar,
    Bars,
    Block,
    Column,
    Document,
    Figure,
    Figures,
    Heading,
    Table,
    Text,
    print_pdf,
)
from core.types import MINOR_UNITS


def report_pdf(report: Report, *, site: str, organiser: str, address: str) -> bytes:
    """The report as a PDF in the language in force; ``address`` is its page on the site."""
    return print_pdf(report_document(report, site=site, organiser=organiser, address=address)).data


def report_document(report: Report, *, site: str, organiser: str, address: str) -> Document:
    """What is printed."""
    return Document(
        title=title(report.scope),
        lang=TAGS[current_locale()],
        blocks=list(_blocks(report, address)),
        at=report.at,
        above=site,
        beneath=drawn_up(report),
        foot=(f"{site} · {title(report.scope)}", of_log(report)),
        author=organiser,
    )


def _blocks(report: Report, address: str) -> Iterator[Block]:
    for section in report.sections:
        yield from _section(section)
    yield Heading(_("How to check this report"))
    yield Text(
        _(
            "Every amount is the sum of lines of the public ledger. On the report's page each"
            " amount leads to its lines, and each line to its papers, its approvals and its"
            " proof in the public log: %(address)s",
            address=address,
        )
    )
    yield Text(of_log(report), "small")


def _section(section: Section) -> Iterator[Block]:
    yield Heading(section.title)
    if section.about:
        yield Text(section.about)
    if section.keys:
        yield _figures(section.keys)
    if bars := _bars(section.bars):
        yield bars
    for grid in section.grids:
        yield from _grid(grid)
    for note in section.notes:
        yield Text(note, "small")


def _figures(keys: Sequence[Key]) -> Figures:
    """Four counts fit beside each other; amounts need more room."""
    narrow = len(keys) == 4 and all(isinstance(one.value, int) for one in keys)
    figures = [Figure(one.label, said(one.value), one.note) for one in keys]
    return Figures(figures, across=4 if narrow else 3)


def _bars(keys: Sequence[Key]) -> Bars | None:
    amounts = [(one.label, one.value) for one in keys if isinstance(one.value, Amount)]
    longest = max((amount.minor for _label, amount in amounts), default=0)
    if longest <= 0:
        return None
    return Bars([Bar(label, said(amount), amount.minor / longest) for label, amount in amounts])


def _grid(grid: Grid) -> Iterator[Block]:
    yield Heading(grid.title, 2)
    if not grid.rows:
        yield Text(grid.empty)
        return
    every = [*grid.rows, *([grid.total] if grid.total else [])]
    decimals = [_broken([row[place] for row in every]) for place in range(len(grid.heads))]

    def words(row: Sequence[Cell]) -> list[str]:
        return [said(cell, decimals=all_of) for cell, all_of in zip(row, decimals, strict=True)]

    yield Table(
        [Column(head.title, head.width, head.figures) for head in grid.heads],
        [words(row) for row in grid.rows],
        words(grid.total) if grid.total else None,
    )
    if grid.note:
        yield Text(grid.note, "small")


def _broken(column: list[Cell]) -> bool:
    """Whether an amount of a column is not whole: then all of them show their decimals."""
    return any(
        isinstance(cell, Amount) and cell.minor % MINOR_UNITS.get(cell.currency, 100)
        for cell in column
    )
