"""Signed notes and checkpoints: texts that vouch for a state of a log (C2SP signed-note and
tlog-checkpoint), with Ed25519."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

ED25519 = b"\x01"
HASH_BYTES, ID_BYTES = 32, 4
MOST_BYTES = 1_000_000
_NAME = re.compile(r"[^\s+]+")
_SIGNATURE = re.compile(r"— ([^\s+]+) (\S+)")
_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """Whom a signature is by, and the Ed25519 key that it must fit."""

    algorithm: ClassVar[bytes] = ED25519
    name: str
    public: bytes

    @classmethod
    def parse(cls, text: str) -> Self:
        """From `name+hash+key`. Raises ValueError for what is none, or of another algorithm."""
        name, _, rest = text.partition("+")
        ident, _, encoded = rest.partition("+")
        material = _decoded(encoded)
        if (
            not _NAME.fullmatch(name)
            or material[:1] != cls.algorithm
            or len(material) != 1 + HASH_BYTES
        ):
            raise ValueError("this is no Ed25519 verifier key of this kind")
        found = cls(name, material[1:])
        if ident != found.ident.hex():
            raise ValueError("the verifier key's hash does not fit its name and key")
        return found

    @property
    def ident(self) -> bytes:
        """What signatures name it by, besides its name."""
        material = self.name.encode() + b"\n" + self.algorithm + self.public
        return hashlib.sha256(material).digest()[:ID_BYTES]

    def __str__(self) -> str:
        encoded = base64.b64encode(self.algorithm + self.public).decode()
        return f"{self.name}+{self.ident.hex()}+{encoded}"

    def fits(self, text: str, signature: bytes) -> bool:
        """Whether this key signed a text."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text.encode())
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True)
class Note:
    """A text, which ends with a line break, and its signature lines as (name, id, signature)."""

    text: str
    signatures: tuple[tuple[str, bytes, bytes], ...]

    @classmethod
    def parse(cls, note: str) -> Note:
        """Raises ValueError for what is no signed note."""
        text, blank, lines = note.rpartition("\n\n")
        if len(note) > MOST_BYTES or not blank or not lines.endswith("\n"):
            raise ValueError("a signed note is a text, an empty line and signatures")
        if any(ord(character) < ord(" ") for character in note.replace("\n", "")):
            raise ValueError("a signed note has no control characters")
        return cls(text + "\n", tuple(map(_signature, lines[:-1].split("\n"))))

    def signers(self, keys: Iterable[VerifierKey]) -> list[VerifierKey]:
        """Those of `keys` that signed it. Signatures by others are passed over; raises ValueError
        for a signature in the name of one of `keys` that is not theirs."""
        by_ident = {(key.name, key.ident): key for key in keys}
        found = []
        for name, ident, signature in self.signatures:
            key = by_ident.get((name, ident))
            if key is None or key in found:
                continue
            if not key.fits(self.text, signature):
                raise ValueError(f"the signature of {name} does not fit the text")
            found.append(key)
        return found

    def __str__(self) -> str:
        return self.text + "\n" + "".join(_line(*signature) for signature in self.signatures)


def sign(text: str, name: str, private: Ed25519PrivateKey) -> Note:
    """A note of a text, which must end with a line break, with one signature."""
    if not text.endswith("\n") or not _NAME.fullmatch(name):
        raise ValueError("a note's text ends with a line break, and a name has no space or plus")
    key = VerifierKey(name, private.public_key().public_bytes_raw())
    return Note(text, ((name, key.ident, private.sign(text.encode())),))


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a log commits to: that under the name `origin` its first `size` leaves have a `root`."""

    origin: str
    size: int
    root: bytes

    @classmethod
    def parse(cls, text: str) -> Checkpoint:
        """From a note's text, passing over further lines. Raises ValueError for no checkpoint."""
        lines = text.split("\n")
        if len(lines) < 4 or lines[-1] or not lines[0] or not _SIZE.fullmatch(lines[1]):
            raise ValueError("a checkpoint has an origin, a size and a root, each on its line")
        root = _decoded(lines[2])
        if len(root) != HASH_BYTES:
            raise ValueError("a checkpoint's root is a SHA-256 hash in base64")
        return cls(lines[0], int(lines[1]), root)

    def __str__(self) -> str:
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


def _signature(line: str) -> tuple[str, bytes, bytes]:
    match = _SIGNATURE.fullmatch(line)
    material = _decoded(match[2]) if match else b""
    if not match or len(material) <= ID_BYTES:
        raise ValueError("a signature line is a dash, a name and base64")
    return match[1], material[:ID_BYTES], material[ID_BYTES:]


def _line(name: str, ident: bytes, signature: bytes) -> str:
    return f"— {name} {base64.b64encode(ident + signature).decode()}\n"


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise ValueError("this is not base64") from error
