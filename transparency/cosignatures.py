"""Signatures of witnesses, who vouch that a log only grew (C2SP tlog-cosignature, version 1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import ClassVar

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from transparency.notes import Note, VerifierKey

COSIGNATURE = b"\x04"
_TIME_BYTES = 8


@dataclass(frozen=True, slots=True)
class WitnessKey(VerifierKey):
    """Whom a cosignature is by; it signs the text together with the time."""

    algorithm: ClassVar[bytes] = COSIGNATURE

    def fits(self, text: str, signature: bytes) -> bool:
        """Whether this witness signed a checkpoint's text."""
        message = f"cosignature/v1\ntime {_seconds(signature)}\n{text}".encode()
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature[_TIME_BYTES:], message)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True)
class Witness:
    """A witness that the settings name, and where it takes checkpoints."""

    key: WitnessKey
    url: str


def parse_witnesses(setting: str) -> list[Witness]:
    """From ``vkey url; vkey url``. Raises ValueError for anything else."""
    found = []
    for pair in filter(None, map(str.strip, setting.split(";"))):
        vkey, _, url = pair.partition(" ")
        if not url.strip().startswith(("http://", "https://")):
            raise ValueError(f"a witness is a key and an address: {pair}")
        found.append(Witness(WitnessKey.parse(vkey), url.strip().rstrip("/")))
    return found


def signed_at(note: Note, key: WitnessKey) -> datetime | None:
    """When a witness signed a note; None unless it did."""
    if not note.signers([key]):
        return None
    own = next(s for name, ident, s in note.signatures if (name, ident) == (key.name, key.ident))
    return datetime.fromtimestamp(_seconds(own), UTC)


def _seconds(signature: bytes) -> int:
    return int.from_bytes(signature[:_TIME_BYTES], "big")
