"""Working papers: notes and files under seal that only their own audit office ever sees."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Person
from audit.desk.models import Finding, SampleItem, WorkingPaper
from audit.flags.models import Flag
from core.errors import Invalid, NotFound
from core.i18n import lazy_gettext
from core.secret_files import write_once
from core.web import settings
from ledger.documents import Given, Upload
from ledger.paper_files import take
from ledger.sealing import seal, unseal

LONGEST = 10_000
# What a paper may be about, by the word in its address: its table and its column.
ABOUT: dict[str, tuple[Any, Any]] = {
    "finding": (Finding, WorkingPaper.finding_id),
    "item": (SampleItem, WorkingPaper.item_id),
    "flag": (Flag, WorkingPaper.flag_id),
}


@dataclass(frozen=True, slots=True)
class PaperView:
    """A working paper as its office sees it."""

    id: int
    text: str
    by: str
    at: datetime
    file: str | None
    sha256: str | None


@dataclass(frozen=True, slots=True)
class Note:
    """What an auditor writes down, with a file or without, about what (``ABOUT``)."""

    kind: str
    ref: int
    text: str
    upload: Upload | None = None


def add(session: Session, note: Note, office_id: int, by_id: int, now: datetime) -> WorkingPaper:
    """Keep a note about a finding, a drawn voucher or a flag, with a file if there is one.

    Raises ``Invalid`` when there is neither, or for a file that cannot be taken.
    """
    text, upload = note.text, note.upload
    if not text and upload is None:
        problem = lazy_gettext("Please write something, or choose a file.")
        raise Invalid(problem, fields={"text": problem})
    if len(text) > LONGEST:
        problem = lazy_gettext("At most %(most)s characters, please.", most=LONGEST)
        raise Invalid(problem, fields={"text": problem})
    made = WorkingPaper(office_id=office_id, text=text, by_id=by_id, at=now)
    setattr(made, ABOUT[note.kind][1].key, note.ref)
    if upload is not None:
        paper = take(upload.stream, upload.filename, "file")
        made.file_name, made.file_sha256, made.file_mime = paper.name, paper.sha256, paper.mime
        write_once(_path(office_id, paper.sha256), seal(settings().keys, paper.data))
    session.add(made)
    session.flush()
    return made


def load(session: Session, ident: int) -> WorkingPaper:
    """A working paper. Raises ``NotFound``."""
    found = session.get(WorkingPaper, ident)
    if found is None:
        raise NotFound(lazy_gettext("There is no such working paper."))
    return found


def file_of(paper: WorkingPaper) -> Given:
    """The file of a working paper, opened. Raises ``NotFound`` and as ``unseal``."""
    path = _path(paper.office_id, paper.file_sha256 or "")
    if paper.file_sha256 is None or not path.is_file():
        raise NotFound(lazy_gettext("The file of this document is not here."))
    data = unseal(settings().keys, path.read_bytes())
    return Given(paper.file_name or "paper", paper.file_mime or "", data=data)


def papers_about(
    session: Session, kind: str, ref: int, offices: Collection[int]
) -> list[PaperView]:
    """The working papers of somebody's own offices about one thing, the newest first."""
    if not offices:
        return []
    rows = (
        select(WorkingPaper, Person.name)
        .join(Person, Person.id == WorkingPaper.by_id)
        .where(ABOUT[kind][1] == ref, WorkingPaper.office_id.in_(offices))
        .order_by(WorkingPaper.id.desc())
        .limit(100)
    )
    return [
        PaperView(one.id, one.text, name, one.at, one.file_name, one.file_sha256)
        for one, name in session.execute(rows)
    ]


def _path(office_id: int, sha256: str) -> Path:
    return settings().instance / "working_papers" / str(office_id) / f"{sha256}.sealed"
