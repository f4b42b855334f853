"""Pledges, their instalments and agreements, and what came of them."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Base
from core.types import BigId, LongText, Minor, Texts
from sponsorship.models.business import Business
from sponsorship.models.guidance import GuidanceVersion, Opening
from sponsorship.states import PledgeState


def pledge_number(ident: int) -> str:
    """How people and bank transfers call the pledge with this identity."""
    return f"PL-{ident:06d}"


class PledgeKind(StrEnum):
    """What is given."""

    MONEY = "money"
    GOODS = "goods"
    SERVICES = "services"
    VENUE = "venue"
    HOURS = "hours"  # of staff


class Pledge(Base):
    """What a business, or a person who gives a little, promises for an opening.

    ``amount`` is money or what a gift in kind is worth, in minor units. ``match`` is what public
    money adds, reserved when the pledge was accepted. Of money, ``paid`` has come in,
    ``refunded`` and ``disputed`` left again (disputed ones may come back), ``released`` gone to
    the project, ``fees`` stayed with the provider. ``only_if_met`` makes it depend on the opening's
    target. ``version_id`` is what the call said when it was offered; it holds for this pledge.
    ``key`` comes with the form, so that a pledge sent twice is one.
    """

    __tablename__ = "pledge"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("match >= 0", name="match"),
        CheckConstraint("paid >= 0 AND refunded >= 0 AND disputed >= 0", name="sums"),
        CheckConstraint("refunded + disputed <= paid", name="given_back"),
        CheckConstraint("released >= 0 AND fees >= 0", name="used"),
        CheckConstraint("(business_id IS NULL) <> (person_id IS NULL)", name="who"),
        CheckConstraint("decided_by_id IS NULL OR decided_by_id <> by_id", name="two_people"),
        CheckConstraint("kind = 'money' OR (match = 0 AND paid = 0)", name="in_kind"),
    )

    id: Mapped[BigId] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(80), unique=True)
    state: Mapped[str] = mapped_column(String(10), default=PledgeState.DRAFT, index=True)
    opening_id: Mapped[int] = mapped_column(ForeignKey("opening.id"), index=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("guidance_version.id"))
    business_id: Mapped[int | None] = mapped_column(ForeignKey("business.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    anonymous: Mapped[bool] = mapped_column(default=False)
    kind: Mapped[str] = mapped_column(String(10))
    amount: Mapped[Minor]
    currency: Mapped[str] = mapped_column(String(3))
    what: Mapped[LongText] = mapped_column(default="")  # in kind: what exactly, how much of it
    valuation: Mapped[LongText] = mapped_column(default="")  # in kind: how the value was found
    message: Mapped[LongText] = mapped_column(default="")
    only_if_met: Mapped[bool] = mapped_column(default=False)
    match: Mapped[Minor] = mapped_column(default=0)
    paid: Mapped[Minor] = mapped_column(default=0)
    refunded: Mapped[Minor] = mapped_column(default=0)
    disputed: Mapped[Minor] = mapped_column(default=0)
    released: Mapped[Minor] = mapped_column(default=0)
    fees: Mapped[Minor] = mapped_column(default=0)
    due_on: Mapped[date]  # of the last instalment, or until when a gift in kind is delivered
    created_at: Mapped[datetime]
    offered_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    reason: Mapped[LongText] = mapped_column(default="")  # for or against, by the authority
    ended_at: Mapped[datetime | None]
    ended_reason: Mapped[LongText] = mapped_column(default="")
    opening: Mapped[Opening] = relationship()
    version: Mapped[GuidanceVersion] = relationship()
    business: Mapped[Business | None] = relationship()
    instalments: Mapped[list[Instalment]] = relationship(order_by="Instalment.number")

    @property
    def number(self) -> str:
        """By which people and bank transfers call it."""
        return pledge_number(self.id)


class Instalment(Base):
    """A part of a pledge of money, and the day by which it is paid."""

    __tablename__ = "instalment"
    __table_args__ = (
        UniqueConstraint("pledge_id", "number"),
        CheckConstraint("amount > 0 AND paid >= 0 AND paid <= amount", name="amount"),
    )

    id: Mapped[BigId] = mapped_column(primary_key=True)
    pledge_id: Mapped[int] = mapped_column(ForeignKey("pledge.id"), index=True)
    number: Mapped[int]
    amount: Mapped[Minor]
    due_on: Mapped[date]
    paid: Mapped[Minor] = mapped_column(default=0)
    reminded_at: Mapped[datetime | None]


class AgreementTemplate(Base):
    """The text that agreements are made from, with ``{names}`` for what differs; numbered,
    never changed. In Chinese, with an English translation."""

    __tablename__ = "agreement_template"
    __table_args__ = (
        UniqueConstraint("area_id", "number"),
        CheckConstraint("published_by_id <> written_by_id", name="two_people"),
    )

    id: Mapped[BigId] = mapped_column(primary_key=True)
    area_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"), index=True)
    number: Mapped[int]
    text: Mapped[Texts]
    written_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    written_at: Mapped[datetime]
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    published_at: Mapped[datetime | None]


class Agreement(Base):
    """What both sides sign for a pledge: its text does not change; ``sha256`` is the text's, as the
    public record has it."""

    __tablename__ = "agreement"
    __table_args__ = (
        CheckConstraint("sponsor_signed_by_id <> office_signed_by_id", name="two_people"),
    )

    id: Mapped[BigId] = mapped_column(primary_key=True)
    pledge_id: Mapped[int] = mapped_column(ForeignKey("pledge.id"), unique=True)
    template_id: Mapped[int] = mapped_column(ForeignKey("agreement_template.id"))
    text: Mapped[Texts]
    sha256: Mapped[str] = mapped_column(String(64))
    drawn_at: Mapped[datetime]
    sign_by: Mapped[date]
    sponsor_signed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    sponsor_signed_at: Mapped[datetime | None]
    office_signed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    office_signed_at: Mapped[datetime | None]
    pledge: Mapped[Pledge] = relationship()


class ValuationMethod(StrEnum):
    """How what was given in kind was valued."""

    INVOICE = "invoice"
    MARKET_PRICE = "market_price"
    LIST_PRICE = "list_price"
    HOURLY_RATE = "hourly_rate"
    RENT = "rent"
    APPRAISAL = "appraisal"


class KindReceipt(Base):
    """What the project's owner received of a gift in kind, and what it is worth by which method;
    confirmed by somebody else."""

    __tablename__ = "kind_receipt"
    __table_args__ = (
        CheckConstraint("value > 0", name="value"),
        CheckConstraint("confirmed_by_id <> received_by_id", name="two_people"),
    )

    id: Mapped[BigId] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(80), unique=True)
    pledge_id: Mapped[int] = mapped_column(ForeignKey("pledge.id"), index=True)
    text: Mapped[LongText]
    value: Mapped[Minor]
    method: Mapped[str] = mapped_column(String(14))
    basis: Mapped[LongText] = mapped_column(default="")
    complete: Mapped[bool]
    received_on: Mapped[date]
    received_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    received_at: Mapped[datetime]
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    confirmed_at: Mapped[datetime | None]
    pledge: Mapped[Pledge] = relationship()
    photos: Mapped[list[KindPhoto]] = relationship(order_by="KindPhoto.position")


class KindPhoto(Base):
    """A re-encoded photo of what was received."""

    __tablename__ = "kind_photo"
    __table_args__ = (UniqueConstraint("receipt_id", "name"),)

    id: Mapped[BigId] = mapped_column(primary_key=True)
    receipt_id: Mapped[int] = mapped_column(ForeignKey("kind_receipt.id"))
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(64))
    width: Mapped[int]
    height: Mapped[int]
    alt: Mapped[LongText] = mapped_column(default="")


class Release(Base):
    """Money of a pledge, and of its match, that went to a project, perhaps for one milestone;
    asked for by one person, approved by another."""

    __tablename__ = "pledge_release"
    __table_args__ = (
        CheckConstraint("amount >= 0 AND match >= 0 AND amount + match > 0", name="amount"),
        CheckConstraint("approved_by_id <> asked_by_id", name="two_people"),
    )

    id: Mapped[BigId] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(80), unique=True)
    pledge_id: Mapped[int] = mapped_column(ForeignKey("pledge.id"), index=True)
    project_id: Mapped[int | None] = mapped_column(ForeignKey("project.id"), index=True)
    milestone_id: Mapped[int | None] = mapped_column(ForeignKey("milestone.id"), index=True)
    amount: Mapped[Minor]
    match: Mapped[Minor]
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    approved_at: Mapped[datetime | None]
    refused_at: Mapped[datetime | None]
    reason: Mapped[LongText] = mapped_column(default="")
    pledge: Mapped[Pledge] = relationship()
