"""Round keys: what ties ballots to people while voting runs, kept outside the database.

A key is a file of 32 random bytes. Whoever has both it and the database can link a ballot to a
person; once it is destroyed, nobody can.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from pathlib import Path

from core.errors import Conflict
from core.i18n import lazy_gettext
from core.secret_files import destroy, write_once

KEY_BYTES = 32


def create_round_key(folder: Path, round_id: int) -> None:
    """Make the key of a round in ``folder``, unless there is one already."""
    write_once(_path(folder, round_id), secrets.token_bytes(KEY_BYTES))


def round_key(folder: Path, round_id: int) -> bytes:
    """The key of a round. Raises ``Conflict`` when it is gone or was never made."""
    try:
        return _path(folder, round_id).read_bytes()
    except FileNotFoundError as error:
        raise Conflict(
            lazy_gettext("The ballot box of this round is not open: its key is not there.")
        ) from error


def destroy_round_key(folder: Path, round_id: int) -> bool:
    """Overwrite and remove the key of a round; says whether there was one.

    Copies in backups, and on disks that write elsewhere instead of over, are beyond its reach.
    """
    return destroy(_path(folder, round_id))


def voter_tag(key: bytes, person_hmac: str) -> str:
    """The name under which an elector's ballots are kept: HMAC-SHA-256(round key, elector)."""
    return hmac.new(key, person_hmac.encode(), hashlib.sha256).hexdigest()


def _path(folder: Path, round_id: int) -> Path:
    return folder / f"round-{round_id}.key"
