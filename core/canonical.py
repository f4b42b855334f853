"""One byte sequence for one value: RFC 8785 JSON and its SHA-256."""

from __future__ import annotations

import hashlib
from typing import Any

import rfc8785


def canonical(value: Any) -> bytes:
    """RFC 8785 canonical JSON. Raises ``rfc8785.CanonicalizationError`` for floats such as NaN
    and integers beyond 2^53."""
    return rfc8785.dumps(value)


def digest(value: Any) -> str:
    """SHA-256 of the canonical JSON of ``value``, in hexadecimal."""
    return hashlib.sha256(canonical(value)).hexdigest()
