"""A project's text in its other language, written by an officer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from core.db import lock
from core.errors import Conflict
from core.i18n import lazy_gettext
from projects.models import Project
from projects.proposal import TEXT_FIELDS
from projects.search import index
from projects.services.moves import record, text_hash
from projects.states import PUBLIC


def translate(
    session: Session, project_id: int, language: str, texts: Mapping[str, str], now: datetime
) -> None:
    """Add or replace a translation; an empty text takes its translation away.

    Raises ``Conflict`` for the language in which it was proposed, or a project that the
    public does not see.
    """
    project = lock(session, Project, project_id)
    if project.state not in PUBLIC or language == project.language:
        raise Conflict(lazy_gettext("This project cannot be translated now."))
    for name in TEXT_FIELDS:
        others = {lang: text for lang, text in getattr(project, name).items() if lang != language}
        setattr(project, name, others | ({language: texts[name]} if texts.get(name) else {}))
    project.updated_at = now
    body = {"by": "officer", "language": language, "text": text_hash(project)}
    record(session, project, "project.translated", body, now)
    index(session, project)
