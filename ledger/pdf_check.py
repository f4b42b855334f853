"""A PDF that can only be read: no password, script, program to start, or file inside it."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

from core.errors import Invalid
from core.i18n import lazy_gettext

MOST_OBJECTS = 100_000
MOST_PAGES = 500
DEEPEST = 100
# Keys and kinds of action (ISO 32000-2, 12.6.4 and 7.11.4) by which a PDF does something.
_ACTING_KEYS = frozenset(
    {"/JS", "/JavaScript", "/EmbeddedFile", "/EmbeddedFiles", "/EF", "/RichMediaContent", "/XFA"}
)
_ACTING_KINDS = frozenset(
    {
        "/JavaScript",
        "/Launch",
        "/ImportData",
        "/SubmitForm",
        "/GoToE",
        "/Rendition",
        "/EmbeddedFile",
        "/FileAttachment",
        "/RichMedia",
    }
)
# Outside of compressed streams, also in objects that no table lists: a reader that repairs files
# would find them. Any letter of a name may be written as #xx.
_NAMES = [
    re.compile(b"/" + b"".join(b"(?:%c|#%02x|#%02X)" % (c, c, c) for c in name.encode()))
    for name in ("JavaScript", "Launch", "EmbeddedFile")
]
_BROKEN = (
    PyPdfError,
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    NotImplementedError,
    RecursionError,
    TypeError,
    ValueError,
    zlib.error,
)


def check_pdf(data: bytes) -> None:
    """Raises ``Invalid``, saying why, unless ``data`` is a PDF that only shows pages."""
    try:
        reader = PdfReader(BytesIO(data))
        locked = reader.is_encrypted
        pages = 0 if locked else len(reader.pages)
        acts = not locked and (any(n.search(data) for n in _NAMES) or _acts(reader))
    except _BROKEN as error:
        raise Invalid(lazy_gettext("This PDF is broken. Please save or scan it again.")) from error
    if locked:
        raise Invalid(lazy_gettext("This PDF is locked. Please save it without a password."))
    if acts:
        raise Invalid(
            lazy_gettext(
                "This PDF holds a script, a program or another file. Please print it as a new PDF."
            )
        )
    if not 0 < pages <= MOST_PAGES:
        raise Invalid(lazy_gettext("A PDF here has between 1 and %(most)s pages.", most=MOST_PAGES))


def _acts(reader: PdfReader) -> bool:
    return any(_is_acting(found) for found in _dictionaries(reader))


def _is_acting(found: DictionaryObject) -> bool:
    kinds = {str(found[key]) for key in ("/S", "/Type", "/Subtype") if key in found}
    return bool(_ACTING_KEYS & found.keys()) or bool(_ACTING_KINDS & kinds)


def _dictionaries(reader: PdfReader) -> Iterator[DictionaryObject]:
    """Every dictionary of every object that the file lists, its trailer included."""
    numbers = [
        (number, generation) for generation, ids in reader.xref.items() for number in ids
    ] + [(number, 0) for number in reader.xref_objStm]
    if len(numbers) > MOST_OBJECTS:
        raise ValueError("too many objects")
    yield from _within(reader.trailer)
    for number, generation in numbers:
        yield from _within(reader.get_object(IndirectObject(number, generation, reader)))


def _within(root: Any) -> Iterator[DictionaryObject]:
    waiting: list[tuple[Any, int]] = [(root, 0)]
    while waiting:
        found, depth = waiting.pop()
        if depth > DEEPEST:
            raise ValueError("nested too deep")
        if isinstance(found, DictionaryObject):
            yield found
            waiting += [(found.raw_get(key), depth + 1) for key in found]
        elif isinstance(found, ArrayObject):
            waiting += [(value, depth + 1) for value in list.__iter__(found)]
