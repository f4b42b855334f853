"""Bids under seal: what lies in an envelope, sealing it in memory, opening it.

An envelope is a libsodium sealed box (X25519, XSalsa20-Poly1305) around the canonical JSON of the
bid, filled up with blanks so that its length tells little. A document that comes along is sealed
by itself, as it stays private when the rest becomes public; the envelope holds its hash.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox

from core.canonical import canonical

VERSION = 1
STEP = 4096  # envelopes are filled up to a multiple of this
PAPER_STEP = 65_536
_LENGTH = 4  # bytes that say how long a document was before it was filled up


@dataclass(frozen=True, slots=True)
class Offer:
    """What somebody offers; never written anywhere before the opening but into an envelope.

    ``price`` in minor units, ``days`` how long the work takes, ``relations`` whom of those who
    decide they know, as they declare it; ``paper`` a PDF, if one comes along.
    """

    price: int
    days: int
    offer: str
    relations: str
    paper: bytes | None = None

    def __repr__(self) -> str:
        """Says nothing: an offer may end up in an error report."""
        return "Offer(sealed)"

    @property
    def paper_sha256(self) -> str | None:
        """The hash of the document in hexadecimal."""
        return hashlib.sha256(self.paper).hexdigest() if self.paper is not None else None


@dataclass(frozen=True, slots=True)
class Sealed:
    """An envelope, and the document that goes with it."""

    envelope: bytes
    paper: bytes | None

    @property
    def sha256(self) -> str:
        """By what the envelope is known in the public record."""
        return hashlib.sha256(self.envelope).hexdigest()


class Unreadable(ValueError):
    """An envelope that cannot be opened, or holds something else than this bid."""


def seal(public_key: str, tender_id: int, organisation_id: int, offer: Offer) -> Sealed:
    """Seal an offer of an organisation for a tender; only the tender's opening key opens it."""
    box = SealedBox(PublicKey(bytes.fromhex(public_key)))
    content = canonical(
        {
            "v": VERSION,
            "tender": tender_id,
            "organisation": organisation_id,
            "price": offer.price,
            "days": offer.days,
            "offer": offer.offer,
            "relations": offer.relations,
            "paper_sha256": offer.paper_sha256,
        }
    )
    paper = box.encrypt(_fill(offer.paper)) if offer.paper is not None else None
    return Sealed(box.encrypt(content + b" " * (-len(content) % STEP)), paper)


def open_envelope(key: bytes, sealed: Sealed, tender_id: int, organisation_id: int) -> Offer:
    """What was sealed. Raises ``Unreadable`` for anything but a whole bid of this organisation
    for this tender."""
    box = SealedBox(PrivateKey(key))
    try:
        found = json.loads(box.decrypt(sealed.envelope))
        paper = _empty(box.decrypt(sealed.paper)) if sealed.paper is not None else None
        offer = Offer(found["price"], found["days"], found["offer"], found["relations"], paper)
        whose = (found["v"], found["tender"], found["organisation"])
        fits = found["paper_sha256"] == offer.paper_sha256 and _shaped(offer)
    except (CryptoError, ValueError, KeyError, TypeError) as error:
        raise Unreadable from error
    if not fits or whose != (VERSION, tender_id, organisation_id):
        raise Unreadable
    return offer


def _shaped(offer: Offer) -> bool:
    numbers = all(type(number) is int and number > 0 for number in (offer.price, offer.days))
    return numbers and all(isinstance(text, str) for text in (offer.offer, offer.relations))


def _fill(paper: bytes) -> bytes:
    content = len(paper).to_bytes(_LENGTH, "big") + paper
    return content + bytes(-len(content) % PAPER_STEP)


def _empty(filled: bytes) -> bytes:
    length = int.from_bytes(filled[:_LENGTH], "big")
    return filled[_LENGTH : _LENGTH + length]
