"""Payees who are always paid round sums."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from sqlalchemy import case, func, select

from audit.flags.rule import MOST_EVIDENCE, Hit, Look, Ref, first, rule
from audit.flags.rules.parts import money, payments
from core.i18n import gettext, lazy_gettext
from core.types import MINOR_UNITS
from ledger.models import Voucher

ROUND = 1000  # whole units of the currency
FEWEST, SHARE = 3, 50  # so many, and so many per cent of the payee's payments
_STEP = case(
    *((Voucher.currency == code, ROUND * units) for code, units in MINOR_UNITS.items()),
    else_=ROUND * 100,
)
_IS_ROUND = Voucher.amount % _STEP == 0


@rule(
    "round_sums",
    title=lazy_gettext("Mostly round sums?"),
    caveat=lazy_gettext(
        "Grants, fees and agreed lump sums are round by nature. It says more where material and"
        " hours were to be paid."
    ),
    says=lambda params: gettext(
        "%(count)s of %(all)s payments to this payee are whole thousands.",
        count=params["count"],
        all=params["all"],
    ),
    scope="payee",
)
def round_sums(look: Look) -> Iterator[Hit]:
    """Payees with at least three payments in whole thousands, and half of all of them."""
    count = func.sum(case((_IS_ROUND, 1), else_=0))
    total = func.sum(case((_IS_ROUND, Voucher.amount), else_=0))
    rows = (
        select(Voucher.payee_id, Voucher.currency, func.count(), count, total)
        .where(*payments(), *look.at(Voucher.payee_id))
        .group_by(Voucher.payee_id, Voucher.currency)
        .having(count >= FEWEST, count * 100 >= func.count() * SHARE)
    )
    found = look.session.execute(rows).all()
    vouchers = _vouchers(look, {payee for payee, *_rest in found if payee})
    for payee, currency, every, rounds, amount in found:
        yield Hit(
            key=f"{payee}:{currency}",
            scope=f"payee:{payee}",
            subject=("payee", payee or 0),
            evidence=first(vouchers[payee or 0, currency]),
            params=money(int(amount), currency, count=int(rounds), all=every),
            weight=min(45, 20 + int(rounds)),
        )


def _vouchers(look: Look, payees: set[int]) -> dict[tuple[int, str], list[Ref]]:
    """The largest round payments of each payee."""
    found: dict[tuple[int, str], list[Ref]] = defaultdict(list)
    for payee in sorted(payees):
        rows = (
            select(Voucher.id, Voucher.currency)
            .where(*payments(), Voucher.payee_id == payee, _IS_ROUND)
            .order_by(Voucher.amount.desc(), Voucher.id)
        )
        for ident, currency in look.session.execute(rows.limit(2 * MOST_EVIDENCE)):
            found[payee, currency].append(("voucher", ident))
    return found
