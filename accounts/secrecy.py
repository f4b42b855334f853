"""Keeping secrets: keyed hashes, encryption at rest, passwords that are not guessed at once."""

from __future__ import annotations

import base64
import hashlib
import hmac
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from core.errors import Invalid
from core.i18n import lazy_gettext
from core.web import settings

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 200
_FEWEST_DIFFERENT = 5
_COMMON = frozenset(
    {
        "passwordpassword",
        "password1234",
        "password12345",
        "password123456",
        "qwertyuiop123",
        "qwertyuiopasdf",
        "administrator",
        "administrator1",
        "letmeinletmein",
        "iloveyouiloveyou",
        "welcomewelcome",
        "1qaz2wsx3edc",
        "1qaz2wsx3edc4rfv",
        "1q2w3e4r5t6y",
        "q1w2e3r4t5y6",
        "changemechangeme",
        "woaini1314520",
        "abcdefghijkl",
    }
)
_RUNS = ("01234567890123456789", "abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm")


def keyed_hash(purpose: str, *parts: str) -> str:
    """HMAC-SHA-256 of ``parts`` under this installation's key for ``purpose``, in hexadecimal."""
    return hmac.new(_key(purpose), "\0".join(parts).encode(), hashlib.sha256).hexdigest()


def encrypt(purpose: str, plain: str) -> str:
    """``plain`` as a text that only this installation can read."""
    return _fernet(purpose).encrypt(plain.encode()).decode()


def decrypt(purpose: str, secret: str) -> str:
    """What ``encrypt`` was given. Raises ``cryptography.fernet.InvalidToken`` for anything else."""
    return _fernet(purpose).decrypt(secret.encode()).decode()


def _fernet(purpose: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(_key(purpose)))


def _key(purpose: str) -> bytes:
    return _derive(settings().secret_key, purpose)


@lru_cache(maxsize=32)
def _derive(secret: str, purpose: str) -> bytes:
    info = f"gongzhi accounts {purpose}".encode()
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(secret.encode())


@lru_cache(maxsize=1)
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@lru_cache(maxsize=1)
def _nobody() -> str:
    """A hash to check against where there is none, so that both take equally long."""
    return _hasher().hash("no such account")


def hash_password(password: str) -> str:
    """The argon2id hash to keep."""
    return _hasher().hash(password)


def password_fits(kept: str | None, password: str) -> bool:
    """Whether ``password`` is the one behind the hash ``kept``; ``None`` fits nothing."""
    try:
        _hasher().verify(kept or _nobody(), password)
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None


def check_new_password(password: str, *known: str) -> None:
    """Raise ``Invalid`` (field ``password``) unless a new password is hard enough to guess.

    ``known`` are words that it may not consist of, such as the person's own e-mail address.
    """
    plain = password.casefold()
    if len(password) < SHORTEST_PASSWORD:
        problem = lazy_gettext("At least %(least)s characters, please.", least=SHORTEST_PASSWORD)
    elif len(set(plain)) < _FEWEST_DIFFERENT or plain in _COMMON or _is_run(plain):
        problem = lazy_gettext("That one is guessed too easily. Try four words that do not rhyme.")
    elif any(plain == word.casefold() for word in known):
        problem = lazy_gettext("Please do not use your own address as the password.")
    else:
        return
    raise Invalid(problem, fields={"password": problem})


def _is_run(plain: str) -> bool:
    return any(plain in run or plain in run[::-1] for run in _RUNS)
