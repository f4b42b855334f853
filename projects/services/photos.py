"""Photos of a project: added, described, removed with their files."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from pathlib import Path

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from core.db import after_commit, lock
from core.errors import Invalid
from core.i18n import lazy_gettext
from core.images import StoredImage
from projects.models import Photo, Project

MOST_PHOTOS = 6


def add_photo(session: Session, project_id: int, stored: StoredImage) -> None:
    """Add a stored photo at the end; one that is there already stays as it is.

    Raises ``Invalid`` when there are ``MOST_PHOTOS``.
    """
    lock(session, Project, project_id)
    own = Photo.project_id == project_id
    if session.scalar(select(Photo.id).where(own, Photo.name == stored.name)):
        return
    number, last = session.execute(select(func.count(), func.max(Photo.position)).where(own)).one()
    if number >= MOST_PHOTOS:
        raise Invalid(lazy_gettext("There may be %(most)s photos at most.", most=MOST_PHOTOS))
    session.add(
        Photo(
            project_id=project_id,
            position=(last or 0) + 1,
            name=stored.name,
            width=stored.width,
            height=stored.height,
        )
    )
    session.flush()


def remove_photos(
    session: Session, project_id: int, photo_ids: Iterable[int], folder: Path
) -> None:
    """Remove photos of a project; their files in ``folder`` go when nobody else shows them."""
    rows = select(Photo).where(Photo.project_id == project_id, Photo.id.in_(list(photo_ids)))
    for photo in session.scalars(rows).all():
        session.delete(photo)
        session.flush()
        if not session.scalar(select(exists().where(Photo.name == photo.name))):
            after_commit(session, partial(_unlink, folder, photo.name))


def _unlink(folder: Path, name: str) -> None:
    for path in (folder / f"{name}.webp", folder / f"{name}-s.webp"):
        path.unlink(missing_ok=True)
