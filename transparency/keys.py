"""The log's signing key: a line in a file or the worker's environment, never in the database."""

from __future__ import annotations

import base64
import binascii
import os
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from config import Settings
from transparency.notes import ED25519, HASH_BYTES, Note, VerifierKey, sign

PREFIX = "PRIVATE+KEY+"


class BadKey(ValueError):
    """What should be a signing key is none; says why in plain English."""


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key that signs in the name of a log or witness."""

    name: str
    private: Ed25519PrivateKey = field(repr=False)

    @classmethod
    def create(cls, name: str) -> SigningKey:
        """A new key for a name, which must have no space or plus."""
        return cls(name, Ed25519PrivateKey.generate())

    @classmethod
    def parse(cls, text: str) -> SigningKey:
        """From ``PRIVATE+KEY+name+hash+key``, as ``str()`` writes it. Raises ``BadKey``."""
        parts = text.strip().removeprefix(PREFIX).split("+", 2)
        if not text.startswith(PREFIX) or len(parts) != 3:
            raise BadKey("a signing key begins with PRIVATE+KEY+ and a name")
        name, ident, encoded = parts
        try:
            material = base64.b64decode(encoded, validate=True)
        except (binascii.Error, ValueError) as error:
            raise BadKey("the key is cut off or damaged") from error
        if material[:1] != ED25519 or len(material) != 1 + HASH_BYTES:
            raise BadKey("this is no Ed25519 key")
        found = cls(name, Ed25519PrivateKey.from_private_bytes(material[1:]))
        if found.verifier.ident.hex() != ident:
            raise BadKey("the name, or the key, was changed")
        return found

    @property
    def verifier(self) -> VerifierKey:
        """The public part, for everybody."""
        return VerifierKey(self.name, self.private.public_key().public_bytes_raw())

    def sign(self, text: str) -> Note:
        """A note of the text with this key's signature."""
        return sign(text, self.name, self.private)

    def __str__(self) -> str:
        encoded = base64.b64encode(ED25519 + self.private.private_bytes_raw()).decode()
        return f"{PREFIX}{self.name}+{self.verifier.ident.hex()}+{encoded}"


def load_key(settings: Settings) -> SigningKey | None:
    """The key that the settings name, read anew; None where there is none. Raises ``BadKey``."""
    if settings.log_key:
        return SigningKey.parse(settings.log_key)
    try:
        return SigningKey.parse(settings.log_key_path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise BadKey(f"{settings.log_key_path} cannot be read") from error


def create_key(settings: Settings) -> SigningKey:
    """Make a key and keep it in its file, for its owner's eyes.

    Raises ``FileExistsError`` when there is a file: a key is never overwritten.
    """
    path = settings.log_key_path
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    made = SigningKey.create(settings.origin)
    # Written beside it and then linked: whole or not there at all, whenever the machine stops.
    part = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with os.fdopen(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as out:
            out.write(f"{made}\n")
            out.flush()
            os.fsync(out.fileno())
        Path(path).hardlink_to(part)
    finally:
        part.unlink(missing_ok=True)
    return made
