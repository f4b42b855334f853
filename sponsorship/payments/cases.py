"""What a request about a payment is about, loaded once."""

from __future__ import annotations

from dataclasses import dataclass

from core.db import db
from core.errors import NotFound
from core.i18n import lazy_gettext
from core.web import settings
from sponsorship.models import Payment, Refund
from sponsorship.payments.providers import provider
from sponsorship.pledges.view import LARGEST, PledgeCase, pledge_case
from sponsorship.states import PaymentState


@dataclass(frozen=True)
class PaymentCase:
    """A payment with its pledge's case."""

    payment: Payment
    about: PledgeCase

    @property
    def area_path(self) -> str:
        """The call's area."""
        return self.about.call.area.path


@dataclass(frozen=True)
class RefundCase(PaymentCase):
    """Besides, a refund of it."""

    refund: Refund


def payment_case(payment_id: int) -> PaymentCase:
    """A payment. Raises ``NotFound``."""
    payment = db.session.get(Payment, min(payment_id, LARGEST))
    if payment is None:
        raise NotFound(lazy_gettext("There is no such payment."))
    return PaymentCase(payment, pledge_case(payment.pledge_id))


def demo_case(payment_id: int) -> PaymentCase:
    """A payment with the stand-in for its provider: there is no such page but in the demonstration.
    Raises ``NotFound``."""
    conf = settings()
    if not (conf.demo and conf.stripe_base):
        raise NotFound(lazy_gettext("There is no such page."))
    case = payment_case(payment_id)
    waits = case.payment.state == PaymentState.PENDING
    if not waits or case.payment.provider == "bank" or provider(case.payment.provider).pages:
        raise NotFound(lazy_gettext("This payment does not wait for a card."))
    return case


def refund_case(refund_id: int) -> RefundCase:
    """A refund. Raises ``NotFound``."""
    refund = db.session.get(Refund, min(refund_id, LARGEST))
    if refund is None:
        raise NotFound(lazy_gettext("There is no such refund."))
    case = payment_case(refund.payment_id)
    return RefundCase(case.payment, case.about, refund)
