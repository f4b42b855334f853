"""Papers that prove what a business is: looked at when they come, then under seal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.db import lock
from core.errors import Conflict, Invalid, NotFound
from core.i18n import lazy_gettext
from core.secret_files import destroy, write_once
from core.text import tidy_line
from core.web import settings
from ledger.documents import Given, Upload
from ledger.paper_files import safe_name, take
from ledger.sealing import seal, unseal
from sponsorship.businesses.people import check_manager, tell_office
from sponsorship.businesses.services.registering import DRAFTS
from sponsorship.models import Business, BusinessPaper
from sponsorship.states import BusinessState
from transparency import log

MOST_PAPERS = 20
LONGEST_TITLE = 100


def add_paper(
    session: Session, business_id: int, upload: Upload, by_id: int, now: datetime, *, title: str
) -> BusinessPaper:
    """Look at a paper, and keep it under seal.

    Raises ``Invalid`` (fields ``title``, ``file``) for one that cannot be taken.
    """
    business = lock(session, Business, business_id)
    check_manager(session, business_id, by_id)
    title = tidy_line(title)
    if not 0 < len(title) <= LONGEST_TITLE:
        problem = lazy_gettext("Please say in at most %(most)s characters what it is.", most=100)
        raise Invalid(problem, fields={"title": problem})
    count = select(func.count()).where(BusinessPaper.business_id == business_id)
    if (session.scalar(count.where(BusinessPaper.removed_at.is_(None))) or 0) >= MOST_PAPERS:
        raise Conflict(
            lazy_gettext("There are %(most)s papers already. Remove one first.", most=MOST_PAPERS)
        )
    paper = take(upload.stream, upload.filename, "file")
    made = BusinessPaper(
        business_id=business_id,
        title=title,
        mime=paper.mime,
        size=paper.size,
        sha256=paper.sha256,
        added_by_id=by_id,
        added_at=now,
    )
    session.add(made)
    session.flush()
    write_once(_path(made), seal(settings().keys, paper.data))
    if business.state == BusinessState.SUBMITTED:
        told = lazy_gettext("%(name)s, which asks to be verified, has added a paper.")
        tell_office(session, business, told, now)
    return made


def remove_paper(session: Session, paper_id: int, by_id: int, now: datetime) -> None:
    """Take a paper away for good. Raises ``Conflict`` once the office has it before it."""
    paper = lock(session, BusinessPaper, paper_id)
    business = lock(session, Business, paper.business_id)
    check_manager(session, business.id, by_id)
    if paper.removed_at is not None or business.state not in DRAFTS:
        raise Conflict(
            lazy_gettext("The office has this paper before it; it stays. Please add a better one.")
        )
    let_go(session, paper, now)


def let_go(session: Session, paper: BusinessPaper, now: datetime) -> None:
    """Mark a paper as removed and destroy its file, unless another one of the business is the
    same."""
    paper.removed_at = now
    session.flush()
    same = select(BusinessPaper.id).where(
        BusinessPaper.business_id == paper.business_id,
        BusinessPaper.sha256 == paper.sha256,
        BusinessPaper.removed_at.is_(None),
    )
    if session.scalar(same.limit(1)) is None:
        destroy(_path(paper))


def open_paper(
    session: Session, paper_id: int, by_id: int, roles: Sequence[str], now: datetime
) -> Given:
    """A paper, opened by somebody in one of ``roles``; that it was is public.

    Raises ``NotFound``, and as ``ledger.sealing.unseal``.
    """
    paper = session.get(BusinessPaper, paper_id)
    if paper is None or paper.removed_at is not None or not _path(paper).is_file():
        raise NotFound(lazy_gettext("The file of this document is not here."))
    body = {
        "paper": paper.id,
        "business": paper.business_id,
        "sha256": paper.sha256,
        "by": by_id,
        "roles": sorted(roles),
    }
    log.record(session, "business.paper_opened", [("business", paper.business_id)], body, now)
    data = unseal(settings().keys, _path(paper).read_bytes())
    return Given(safe_name(paper.title, paper.mime), paper.mime, data=data)


def _path(paper: BusinessPaper) -> Path:
    folder = settings().instance / "documents" / "businesses" / str(paper.business_id)
    return folder / f"{paper.sha256}.sealed"
