"""Originals under seal: encrypted on disk, with a key that is never in the database."""

from __future__ import annotations

from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken

from core.errors import Conflict
from core.i18n import lazy_gettext
from core.secret_files import write_once

KEY_NAME = "documents.key"


def seal(keys: Path, data: bytes) -> bytes:
    """``data`` encrypted and authenticated with the key in ``keys``, which is made if needed."""
    return Fernet(_key(keys, make=True)).encrypt(data)


def unseal(keys: Path, sealed: bytes) -> bytes:
    """What was sealed. Raises ``Conflict`` when the key is not there or is another one."""
    try:
        return Fernet(_key(keys, make=False)).decrypt(sealed)
    except (FileNotFoundError, InvalidToken, ValueError) as error:
        raise Conflict(
            lazy_gettext("The original cannot be opened: the key to it is missing or another one.")
        ) from error


def _key(keys: Path, *, make: bool) -> bytes:
    path = keys / KEY_NAME
    if make and not path.exists():
        write_once(path, Fernet.generate_key())
    return path.read_bytes()
