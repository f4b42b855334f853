"""Receipts on paper: for every payment that has come in, and for every refund."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from accounts.models import Person
from core.clock import local_date
from core.errors import NotFound
from core.i18n import TAGS, current_locale, date_long, format_money, lazy_gettext, localize
from core.i18n import gettext as _
from core.print import Block, Document, Figure, Figures, Heading, Pairs, Text, print_pdf
from core.web import settings
from ledger.capitals import capitals
from sponsorship.models import Payment, Pledge, Refund
from sponsorship.payments.office_words import reason_in_words
from sponsorship.payments.words import METHODS
from sponsorship.pledges.queries.page import purpose_of
from sponsorship.states import PaymentState, RefundState
from transparency.log import Entry, timeline


def receipt_number(payment: Payment) -> str:
    """How a payment's receipt is numbered."""
    return f"SJ-{payment.id:06d}"


def refund_number(refund: Refund) -> str:
    """How the receipt of a refund is numbered."""
    return f"TK-{refund.id:06d}"


def payment_receipt(session: Session, payment: Payment) -> bytes:
    """The receipt of a payment as a PDF in the language in force. Raises ``NotFound`` before it has
    come in."""
    if payment.state != PaymentState.PAID or payment.settled_at is None:
        raise NotFound(lazy_gettext("There is a receipt once the payment has arrived."))
    return print_pdf(payment_document(session, payment, payment.settled_at)).data


def payment_document(session: Session, payment: Payment, at: datetime) -> Document:
    """What is printed of a payment that came in ``at`` that time."""
    pledge = payment.pledge
    pairs = [
        *_about(session, pledge),
        (_("Paid by"), str(METHODS.get(payment.method, payment.method))),
        (_("Came in on"), date_long(local_date(at))),
    ]
    if payment.reference:
        pairs.append((_("Code of the transfer"), payment.reference))
    if payment.fee:
        fee = format_money(payment.fee, payment.currency, decimals=True)
        pairs.append((_("Of which the payment service kept"), fee))
    if payment.late:
        reason = _("It came after the pledge had ended or was paid already, and goes back.")
        pairs.append((_("What becomes of it"), reason))
    elif pledge.match:
        match = format_money(pledge.match, pledge.currency)
        pairs.append((_("Public money added to the whole pledge"), match))
    kinds = ("payment.late" if payment.late else "payment.settled",)
    entry = _entry(session, pledge, kinds, "payment", payment.id)
    head = (_("Receipt"), receipt_number(payment))
    return _paper(pledge, head, payment.captured, [*pairs, *_proof(entry)], at)


def refund_receipt(session: Session, refund: Refund) -> bytes:
    """The receipt of a refund as a PDF. Raises ``NotFound`` before it has been given back."""
    if refund.state != RefundState.DONE or refund.ended_at is None:
        raise NotFound(lazy_gettext("There is a receipt once the money has been given back."))
    return print_pdf(refund_document(session, refund, refund.ended_at)).data


def refund_document(session: Session, refund: Refund, at: datetime) -> Document:
    """What is printed of a refund that was done ``at`` that time."""
    pledge = refund.payment.pledge
    entry = _entry(session, pledge, ("refund.done",), "refund", refund.id)
    pairs = [
        *_about(session, pledge),
        (_("Given back of"), receipt_number(refund.payment)),
        (_("Given back on"), date_long(local_date(at))),
        (_("Why"), str(reason_in_words(refund.reason))),
        *_proof(entry),
    ]
    head = (_("Receipt of a refund"), refund_number(refund))
    return _paper(pledge, head, refund.amount, pairs, at)


def _paper(
    pledge: Pledge, head: tuple[str, str], amount: int, pairs: list[tuple[str, str]], at: datetime
) -> Document:
    """A receipt with its title and number as its ``head``."""
    title, number = head
    conf, zh = settings(), current_locale() == "zh_Hans"
    site = conf.site_name_zh if zh else conf.site_name_en
    figure = format_money(amount, pledge.currency, decimals=True)
    said = capitals(amount, pledge.currency) or ""
    blocks: list[Block] = [
        Figures([Figure(_("Amount"), figure, said)], across=1),
        Pairs(pairs),
        Heading(_("What this paper is")),
        Text(
            _(
                "It says what the community's account book has. It is no tax invoice (发票), and"
                " by itself no proof for a tax deduction."
            )
        ),
        Text(
            _(
                "Everybody can check the entry in the public record; it names no private person."
                " What the money does is shown on the pledge's page: %(address)s",
                address=f"{conf.base_url}/sponsor/pledges/{pledge.id}",
            ),
            "small",
        ),
    ]
    return Document(
        title=title,
        lang=TAGS[current_locale()],
        blocks=blocks,
        at=at,
        above=site,
        beneath=_("Number %(number)s", number=number),
        foot=(f"{site} · {number}", conf.base_url),
        author=conf.organiser_zh if zh else conf.organiser_en,
    )


def _about(session: Session, pledge: Pledge) -> list[tuple[str, str]]:
    call = pledge.opening.call
    return [
        (_("Given by"), payer(session, pledge)),
        (_("Pledge"), pledge.number),
        (_("What it is for"), str(purpose_of(pledge))),
        (_("Received by"), f"{localize(call.area.name)} · {localize(call.fund.name)}"),
    ]


def payer(session: Session, pledge: Pledge) -> str:
    """Whom a receipt names: the business with its number, the person, or nobody."""
    if pledge.anonymous:
        return _("Somebody who gives without being named")
    if pledge.business is not None:
        return f"{localize(pledge.business.name)} ({pledge.business.code})"
    person = session.get(Person, pledge.person_id)
    return (person.name if person else None) or _("A resident")


def _entry(
    session: Session, pledge: Pledge, types: tuple[str, ...], name: str, ident: int
) -> Entry | None:
    found = timeline(session, ("pledge", pledge.id), types=types)
    return next((entry for entry in found if entry.body.get(name) == ident), None)


def _proof(entry: Entry | None) -> list[tuple[str, str]]:
    if entry is None:
        return []
    said = _("Number %(number)s in the public record", number=entry.number)
    if entry.url:
        said += f" · {settings().base_url}{entry.url}"
    return [(_("Proof"), said)]
