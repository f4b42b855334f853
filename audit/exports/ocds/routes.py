"""Open contracting for everybody: a project's processes, and all of them."""

from __future__ import annotations

from typing import Any

from flask import Response, stream_with_context, url_for
from sqlalchemy.orm import Session

from audit.exports.ocds.files import check_any, lines_file, publisher
from audit.exports.ocds.load import Which, count_processes, processes
from audit.exports.ocds.package import record_package, release_package
from audit.exports.routes import blueprint, limit_files
from core.clock import local_date, now
from core.db import db, of_one_moment
from core.policy import public
from projects.states import WINNING


@blueprint.get("/projects/<int:project_id>/ocds.json")
@public
@limit_files
def project_records(project_id: int) -> Response:
    """A project's contracting processes: all their releases, and what they come to."""
    asked = _asked(project_id)
    path = url_for(".project_records", project_id=project_id)
    pieces = record_package(publisher(), path, now(), processes(db.session, asked))
    return _file(pieces, f"ocds-project-{project_id}.json")


@blueprint.get("/projects/<int:project_id>/ocds-releases.json")
@public
@limit_files
def project_releases(project_id: int) -> Response:
    """The same, the releases alone."""
    asked = _asked(project_id)
    path = url_for(".project_releases", project_id=project_id)
    pieces = release_package(publisher(), path, now(), processes(db.session, asked))
    return _file(pieces, f"ocds-project-{project_id}-releases.json")


@blueprint.get("/money/ocds.jsonl.gz")
@public
@limit_files
def all_records() -> Response:
    """Every contracting process, a record a line, compressed."""
    of_one_moment(db.session)
    name = f"ocds-records-{local_date(now()).isoformat()}.jsonl.gz"
    return _file(lines_file(db.session, Which()), name, "application/gzip")


def _asked(project_id: int) -> Which:
    of_one_moment(db.session)
    asked = Which(project_id=project_id)
    check_any(db.session, asked)
    return asked


def _file(pieces: Any, name: str, kind: str = "application/json") -> Response:
    response = Response(stream_with_context(pieces), content_type=kind)
    response.headers["Content-Disposition"] = f"attachment; filename={name}"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def project_panel(session: Session, subject: Any) -> dict[str, Any] | None:
    """The way to a project's open contracting data, where something of it was put out to tender."""
    if subject.state not in WINNING:
        return None
    count = count_processes(session, Which(project_id=subject.id))
    return {"count": count} if count else None
