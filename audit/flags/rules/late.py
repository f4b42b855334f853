"""Papers that are younger than what they prove."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from sqlalchemy import or_, select

from audit.flags.rule import Hit, Look, rule
from core.clock import local_date
from core.i18n import date_short, gettext, lazy_gettext
from core.types import Json
from ledger.models import Document, DocumentKind, Fund, Voucher

LATE = timedelta(days=30)
KINDS = (DocumentKind.INVOICE, DocumentKind.RECEIPT)


def _told(params: Json) -> str:
    if params["how"] == "dated":
        return gettext(
            "The invoice is of %(day)s, later than the payment was booked (%(booked)s).",
            day=date_short(date.fromisoformat(params["day"])),
            booked=date_short(date.fromisoformat(params["booked"])),
        )
    return gettext(
        "The paper was added %(days)s days after the payment was decided.", days=params["days"]
    )


@rule(
    "late_document",
    title=lazy_gettext("A paper that came too late?"),
    caveat=lazy_gettext(
        "Final invoices may follow a payment on account, and scans are sometimes added when the"
        " files are put in order. Compare with the order and the delivery."
    ),
    says=_told,
    scope="payee",
)
def late_document(look: Look) -> Iterator[Hit]:
    """Invoices dated after the booking; papers added more than a month after the decision."""
    rows = (
        select(
            Document.id,
            Document.kind,
            Document.issued_on,
            Document.added_at,
            Document.voucher_id,
            Voucher.payee_id,
            Voucher.effective_on,
            Voucher.decided_at,
            Fund.area_id,
        )
        .join(Voucher, Voucher.id == Document.voucher_id)
        .join(Fund, Fund.id == Voucher.fund_id)
        .where(
            Document.kind.in_(KINDS),
            Document.live,
            Voucher.payee_id.is_not(None),
            *look.at(Voucher.payee_id),
            or_(Document.issued_on > Voucher.effective_on, Document.added_at > Voucher.decided_at),
        )
    )
    for row in look.session.execute(rows):
        dated = row.kind == DocumentKind.INVOICE and row.issued_on > row.effective_on
        days = _days(row.decided_at, row.added_at)
        if not dated and days <= LATE.days:
            continue
        told: Json = {"how": "added", "days": days}
        if dated:
            told = {"how": "dated", "day": str(row.issued_on), "booked": str(row.effective_on)}
        yield Hit(
            key=str(row.id),
            scope=f"payee:{row.payee_id}",
            subject=("document", row.id),
            evidence=(("document", row.id), ("voucher", row.voucher_id)),
            params=told,
            weight=40 if dated else 25,
            area_id=row.area_id,
        )


def _days(decided: datetime | None, added: datetime) -> int:
    """How many days after the decision; none where there is no decision yet."""
    return 0 if decided is None else (local_date(added) - local_date(decided)).days
