"""Files of invoices, contracts and the like: what they really are, and nothing that acts."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO

from core.errors import Invalid
from core.i18n import Message, lazy_gettext
from core.images import clean_image
from core.text import tidy_line
from ledger.pdf_check import check_pdf

MOST_BYTES = 10 * 1024 * 1024
LONGEST_NAME = 80
_SIGNATURES = (
    (re.compile(rb"%PDF-[0-9]"), "application/pdf"),
    (re.compile(rb"\xff\xd8\xff"), "image/jpeg"),
    (re.compile(rb"\x89PNG\r\n\x1a\n"), "image/png"),
    (re.compile(rb"RIFF.{4}WEBP", re.DOTALL), "image/webp"),
)
ENDINGS = {
    "application/pdf": (".pdf",),
    "image/jpeg": (".jpg", ".jpeg"),
    "image/png": (".png",),
    "image/webp": (".webp",),
}
_UNSAFE = re.compile(r"[^\w.()（）\- ]+")


@dataclass(frozen=True, slots=True)
class Paper:
    """A file that has been looked at: its bytes, what they are, and a name that is safe."""

    data: bytes
    mime: str
    name: str

    @property
    def sha256(self) -> str:
        """The hash of the bytes, in hex."""
        return hashlib.sha256(self.data).hexdigest()

    @property
    def size(self) -> int:
        """How many bytes there are."""
        return len(self.data)

    @property
    def is_image(self) -> bool:
        """Whether it is a picture, which can be drawn anew for the public."""
        return self.mime.startswith("image/")

    @property
    def ending(self) -> str:
        """The usual ending of a name for it, with its point."""
        return ENDINGS[self.mime][0]


def take(stream: IO[bytes], filename: str, field: str = "file") -> Paper:
    """Look at an upload: PDF, JPEG, PNG or WebP, by its content, at most ``MOST_BYTES``.

    Raises ``Invalid`` (at ``field``) for anything else, for a name that claims something else,
    and for a PDF that is locked, broken, or does more than show pages.
    """
    data = stream.read(MOST_BYTES + 1)
    if not data:
        raise _wrong(field, lazy_gettext("This file is empty. Please choose another."))
    if len(data) > MOST_BYTES:
        raise _wrong(field, lazy_gettext("This file is over 10 MB. Please choose a smaller one."))
    mime = next((mime for sign, mime in _SIGNATURES if sign.match(data)), None)
    if mime is None:
        raise _wrong(field, lazy_gettext("Please choose a PDF, or a JPEG, PNG or WebP picture."))
    _check_ending(filename, mime, field)
    try:
        if mime == "application/pdf":
            check_pdf(data)
        else:
            clean_image(data)
    except Invalid as error:
        raise _wrong(field, error.message) from error
    return Paper(data, mime, safe_name(filename, mime))


def drawn_anew(paper: Paper) -> Paper:
    """A picture as the public gets it: the same to the eye, without what a camera adds."""
    return Paper(clean_image(paper.data), "image/webp", safe_name(paper.name, "image/webp"))


def safe_name(filename: str, mime: str) -> str:
    """A name under which a file can be saved anywhere: no folders, no odd characters, the
    ending of what it is."""
    bare = PurePosixPath(filename.replace("\\", "/")).name
    stem = _UNSAFE.sub("_", tidy_line(bare.rpartition(".")[0] or bare)).strip("._ ")
    return (stem[:LONGEST_NAME] or "document") + ENDINGS[mime][0]


def _check_ending(filename: str, mime: str, field: str) -> None:
    ending = PurePosixPath(filename.strip()).suffix.lower()
    if ending and ending not in ENDINGS[mime]:
        problem = lazy_gettext(
            "The name ends with %(ending)s, but inside it is %(kind)s. "
            "Please choose the right file.",
            ending=ending[:12],
            kind=mime.partition("/")[2].upper(),
        )
        raise _wrong(field, problem)


def _wrong(field: str, problem: Message) -> Invalid:
    return Invalid(problem, fields={field: problem})
