"""The second factor of staff: time-based codes that count once, and codes for a lost phone."""

from __future__ import annotations

import base64
import hmac
import secrets
from datetime import datetime
from io import BytesIO

import pyotp
import segno
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from accounts.models import Credential, RecoveryCode
from accounts.secrecy import decrypt, encrypt, keyed_hash
from core.errors import Invalid
from core.i18n import Message, lazy_gettext

STEP = 30  # seconds
RECOVERY_CODES = 10
_TOTP = "totp"
_RECOVERY = "recovery code"
WRONG: Message = lazy_gettext(
    "This code does not fit. Use the newest one your app shows; each counts once."
)


def new_secret() -> str:
    """A new TOTP secret, encrypted for keeping."""
    return encrypt(_TOTP, pyotp.random_base32())


def show_secret(kept: str, label: str, issuer: str) -> tuple[str, str]:
    """A kept secret for its owner's eyes: in groups of four letters, and as a QR code's
    ``data:`` address."""
    plain = decrypt(_TOTP, kept)
    uri = pyotp.TOTP(plain).provisioning_uri(name=label, issuer_name=issuer)
    image = BytesIO()
    segno.make(uri, error="m").save(image, kind="svg", scale=5, border=3, light="#fff")
    groups = " ".join(plain[i : i + 4] for i in range(0, len(plain), 4))
    return groups, "data:image/svg+xml;base64," + base64.b64encode(image.getvalue()).decode()


def matching_step(kept: str, typed: str, after: int, now: datetime) -> int | None:
    """The time step whose code was typed, at most one step off and later than ``after``."""
    totp = pyotp.TOTP(decrypt(_TOTP, kept))
    present = int(now.timestamp()) // STEP
    for step in (present - 1, present, present + 1):
        fits = hmac.compare_digest(totp.at(step * STEP).encode(), typed.encode())
        if fits and step > after:
            return step
    return None


def confirm(session: Session, credential: Credential, typed: str, now: datetime) -> list[str]:
    """Take a new secret into use by its first code; returns new recovery codes to show once.

    Raises ``Invalid`` (field ``code``) when the code does not fit.
    """
    step = matching_step(credential.totp_secret or "", typed, 0, now)
    if step is None:
        raise Invalid(WRONG, fields={"code": WRONG})
    credential.totp_last_step = step
    credential.totp_confirmed_at = now
    return renew_recovery_codes(session, credential.person_id)


def renew_recovery_codes(session: Session, person_id: int) -> list[str]:
    """Replace a person's recovery codes; only their keyed hashes are kept."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person_id))
    codes = [_recovery_code() for _ in range(RECOVERY_CODES)]
    session.add_all(
        RecoveryCode(person_id=person_id, code_hash=_recovery_hash(person_id, code))
        for code in codes
    )
    return codes


def use_recovery_code(session: Session, person_id: int, typed: str, now: datetime) -> bool:
    """Use up a recovery code; whether there was such a one."""
    code = session.scalar(
        select(RecoveryCode)
        .where(RecoveryCode.person_id == person_id, RecoveryCode.used_at.is_(None))
        .where(RecoveryCode.code_hash == _recovery_hash(person_id, typed))
        .with_for_update()
    )
    if code is not None:
        code.used_at = now
    return code is not None


def _recovery_code() -> str:
    letters = base64.b32encode(secrets.token_bytes(10)).decode()[:12]
    return f"{letters[:4]}-{letters[4:8]}-{letters[8:]}"


def _recovery_hash(person_id: int, code: str) -> str:
    letters = "".join(filter(str.isalnum, code)).upper()
    return keyed_hash(_RECOVERY, str(person_id), letters)
