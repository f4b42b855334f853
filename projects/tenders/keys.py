"""The key of a tender's bids: its public half seals them, the other half lies in a file until the
opening, when it is published; of a tender that comes to nothing it is destroyed.

Whoever has that file and the database before the opening can read the bids.
"""

from __future__ import annotations

import re
from pathlib import Path

from nacl.public import PrivateKey

from core.errors import Conflict
from core.i18n import lazy_gettext
from core.secret_files import destroy, write_once

_NAME = re.compile(r"tender-(\d+)\.key")


def make_key(folder: Path, tender_id: int) -> str:
    """Make the key pair of a tender in ``folder``, unless there is one already; gives its public
    half in hexadecimal."""
    write_once(_path(folder, tender_id), bytes(PrivateKey.generate()))
    return bytes(PrivateKey(opening_key(folder, tender_id)).public_key).hex()


def opening_key(folder: Path, tender_id: int) -> bytes:
    """The half that opens. Raises ``Conflict`` when it is not there."""
    try:
        return _path(folder, tender_id).read_bytes()
    except FileNotFoundError as error:
        raise Conflict(
            lazy_gettext("These bids cannot be opened: the tender's key is not there.")
        ) from error


def destroy_key(folder: Path, tender_id: int) -> bool:
    """Overwrite and remove the half that opens; says whether there was one."""
    return destroy(_path(folder, tender_id))


def kept_keys(folder: Path) -> list[int]:
    """The tenders whose half that opens is still there."""
    found = (_NAME.fullmatch(path.name) for path in folder.glob("tender-*.key"))
    return sorted(int(name[1]) for name in found if name)


def _path(folder: Path, tender_id: int) -> Path:
    return folder / f"tender-{tender_id}.key"
