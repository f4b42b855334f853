"""Signing in: one-time codes, staff passwords and TOTP, sessions that can be ended."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models.person import Person
from core.db import Base
from core.types import BigId


class LoginCode(Base):
    """A one-time code sent to a phone or mailbox; only its keyed hash is kept."""

    __tablename__ = "login_code"

    id: Mapped[BigId] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(String(254), index=True)
    code_hash: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    used_at: Mapped[datetime | None]


class Credential(Base):
    """A staff member's password and second factor; the TOTP secret is encrypted."""

    __tablename__ = "credential"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    password_hash: Mapped[str | None] = mapped_column(String(200))
    totp_secret: Mapped[str | None] = mapped_column(String(300))
    totp_confirmed_at: Mapped[datetime | None]
    totp_last_step: Mapped[int] = mapped_column(default=0)  # a code counts once
    failures: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
    setup_hash: Mapped[str | None] = mapped_column(String(64), unique=True)  # of the set-up link
    setup_expires_at: Mapped[datetime | None]
    person: Mapped[Person] = relationship()


class RecoveryCode(Base):
    """A code that replaces the second factor once."""

    __tablename__ = "recovery_code"

    id: Mapped[BigId] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    code_hash: Mapped[str] = mapped_column(String(64))
    used_at: Mapped[datetime | None]


class UserSession(Base):
    """A signed-in browser. ``strong`` sessions passed a password and a second factor,
    and only they carry the person's roles."""

    __tablename__ = "user_session"

    id: Mapped[BigId] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    strong: Mapped[bool] = mapped_column(default=False)
    device: Mapped[str] = mapped_column(String(120), default="")
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    person: Mapped[Person] = relationship()
