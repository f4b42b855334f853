"""Photos that people upload: checked, re-encoded, stripped of what a camera adds."""

from __future__ import annotations

import hashlib
import warnings
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import IO

from PIL import Image, ImageOps, UnidentifiedImageError

from core.errors import Invalid
from core.i18n import lazy_gettext

MAX_BYTES = 10 * 1024 * 1024
MAX_PIXELS = 50_000_000
LARGE, SMALL = 1600, 480
READABLE = 2400  # what small print on a scanned page needs


@dataclass(frozen=True, slots=True)
class StoredImage:
    """A stored photo in two sizes, ``name.webp`` and ``name-s.webp``; the name is a hash of it."""

    name: str
    width: int
    height: int


def store_image(stream: IO[bytes], folder: Path) -> StoredImage:
    """Re-encode the photo in ``stream`` into ``folder``.

    Raises ``Invalid`` when it is too large or not a JPEG, PNG or WebP image.
    """
    data = stream.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise Invalid(lazy_gettext("This photo is over 10 MB. Please choose a smaller one."))
    large = _decode(data)
    large.thumbnail((LARGE, LARGE))
    encoded = _encode(large)
    name = hashlib.sha256(encoded).hexdigest()[:40]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.webp").write_bytes(encoded)
    small = large.copy()
    small.thumbnail((SMALL, SMALL))
    (folder / f"{name}-s.webp").write_bytes(_encode(small))
    return StoredImage(name, large.width, large.height)


def clean_image(data: bytes) -> bytes:
    """The picture in ``data`` as WebP, upright and without metadata, large enough to be read.

    Raises ``Invalid`` when it is not a JPEG, PNG or WebP image.
    """
    image = _decode(data)
    image.thumbnail((READABLE, READABLE))
    return _encode(image)


def _decode(data: bytes) -> Image.Image:
    """The picture upright and without metadata."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image = Image.open(BytesIO(data), formats=("JPEG", "PNG", "WEBP"))
            if image.width * image.height > MAX_PIXELS:
                raise Invalid(_too_many_pixels())
            return ImageOps.exif_transpose(image).convert("RGB")
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Invalid(_too_many_pixels()) from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        message = lazy_gettext("This file is not a photo. Please choose a JPEG, PNG or WebP.")
        raise Invalid(message) from error


def _too_many_pixels() -> str:
    return str(lazy_gettext("This photo has too many pixels. Please choose a smaller one."))


def _encode(image: Image.Image) -> bytes:
    out = BytesIO()
    image.save(out, "WEBP", quality=82, method=4)
    return out.getvalue()
