"""Files of secrets: there whole or not at all, for their owner only, gone once destroyed."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def write_once(path: Path, content: bytes) -> None:
    """Write a file that is there whole or not at all, for its owner only; one that is there
    already stays."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = path.parent / f".{path.name}.{secrets.token_hex(8)}"
    flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY
    with os.fdopen(os.open(part, flags, 0o600), "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    try:
        # A link is there whole or not at all, and never replaces a file that others use.
        path.hardlink_to(part)
    except FileExistsError:
        return
    finally:
        part.unlink()
        _sync(path.parent)


def destroy(path: Path) -> bool:
    """Overwrite and remove a file; says whether there was one.

    Copies in backups, and on disks that write elsewhere instead of over, are beyond its reach.
    """
    try:
        with path.open("r+b") as content:
            content.write(bytes(path.stat().st_size))
            content.flush()
            os.fsync(content.fileno())
    except FileNotFoundError:
        return False
    path.unlink(missing_ok=True)
    _sync(path.parent)
    return True


def _sync(folder: Path) -> None:
    """Make the folder's change of names survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
