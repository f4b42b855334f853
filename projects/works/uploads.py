"""Photos that come with a report: what the camera noted is read before they are re-encoded."""

from __future__ import annotations

from io import BytesIO

from werkzeug.datastructures import FileStorage

from core.errors import Invalid
from core.forms import XForm
from core.images import MAX_BYTES, store_image
from core.web import settings
from projects.works.photo_facts import read_facts
from projects.works.services.reporting import MOST_PHOTOS, SentPhoto

Place = tuple[float | None, float | None]


def sent_photos(form: XForm, place: Place) -> list[SentPhoto]:
    """The photos sent with a form, stored, with the day and how far from ``place`` they were
    taken; one that cannot be read says so at its field."""
    found = []
    for number in range(1, MOST_PHOTOS + 1):
        file = form[f"photo_{number}"].data
        if not isinstance(file, FileStorage) or not file.filename:
            continue
        try:
            found.append(_photo(file, form[f"alt_{number}"].data or "", place))
        except Invalid as error:
            form[f"photo_{number}"].errors = [error.message]
    return found


def _photo(file: FileStorage, alt: str, place: Place) -> SentPhoto:
    data = file.stream.read(MAX_BYTES + 1)
    facts = read_facts(data)
    stored = store_image(BytesIO(data), settings().media)
    return SentPhoto(stored, alt, facts.taken_on, facts.metres_from(*place))
