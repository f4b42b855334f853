"""What a camera noted in a photo: the day and the place. Nothing else is looked at, and what is
broken is as if it were not there."""

from __future__ import annotations

import struct
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from math import asin, cos, isfinite, radians, sin, sqrt
from typing import Any

from PIL import Image, UnidentifiedImageError

from core.images import MAX_BYTES, MAX_PIXELS

EXIF_IFD, GPS_IFD = 0x8769, 0x8825
TAKEN, DIGITIZED, CHANGED = 0x9003, 0x9004, 0x0132
EARTH_RADIUS = 6_371_000  # metres
_BROKEN = (
    UnidentifiedImageError,
    Image.DecompressionBombError,
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    ArithmeticError,
    AttributeError,
    struct.error,
)


@dataclass(frozen=True, slots=True)
class Facts:
    """The day on which a photo was taken, and where (degrees, WGS-84); None where it is unsaid."""

    taken_on: date | None = None
    latitude: float | None = None
    longitude: float | None = None

    def metres_from(self, latitude: float | None, longitude: float | None) -> int | None:
        """How far from a place it was taken; None where one of them is not known."""
        if None in {self.latitude, self.longitude, latitude, longitude}:
            return None
        here = (self.latitude or 0.0, self.longitude or 0.0)
        return round(distance(here, (latitude or 0.0, longitude or 0.0)))


def read_facts(data: bytes) -> Facts:
    """What the camera noted in the photo ``data``; never raises for what is broken."""
    if len(data) > MAX_BYTES:
        return Facts()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            image = Image.open(BytesIO(data), formats=("JPEG", "PNG", "WEBP"))
            if image.width * image.height > MAX_PIXELS:
                return Facts()
            noted = image.getexif()
            times = noted.get_ifd(EXIF_IFD)
            taken_on = _day(times.get(TAKEN) or times.get(DIGITIZED) or noted.get(CHANGED))
            place = _place(noted)
    except _BROKEN:
        return Facts()
    return Facts(taken_on, *place)


def _day(value: object) -> date | None:
    try:
        return datetime.strptime(str(value)[:10], "%Y:%m:%d").date()  # noqa: DTZ007 - a local day
    except ValueError:
        return None


def _place(noted: Image.Exif) -> tuple[float | None, float | None]:
    try:
        gps: Mapping[int, Any] = noted.get_ifd(GPS_IFD)
        latitude = _degrees(gps[2], negative=str(gps[1]).upper().startswith("S"))
        longitude = _degrees(gps[4], negative=str(gps[3]).upper().startswith("W"))
    except _BROKEN:
        return None, None
    fits = abs(latitude) <= 90 and abs(longitude) <= 180
    # Cameras without a fix write zeros.
    return (latitude, longitude) if fits and (latitude or longitude) else (None, None)


def _degrees(parts: Any, *, negative: bool) -> float:
    degrees, minutes, seconds = (float(part) for part in parts)
    value = degrees + minutes / 60 + seconds / 3600
    if not isfinite(value):
        raise ValueError("not a number")
    return -value if negative else value


def distance(here: tuple[float, float], there: tuple[float, float]) -> float:
    """Metres between two places in degrees, by the haversine formula on a sphere."""
    latitude, other = radians(here[0]), radians(there[0])
    along = sin((other - latitude) / 2) ** 2
    across = cos(latitude) * cos(other) * sin(radians(there[1] - here[1]) / 2) ** 2
    return 2 * EARTH_RADIUS * asin(min(1.0, sqrt(along + across)))
