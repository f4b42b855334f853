"""Under which keys payments are booked. The whole key of a group, as reconciliation compares it
with a provider's lines, begins with the pledge's number (``sponsorship.bookings``)."""

from __future__ import annotations

from sponsorship.models import Dispute, Payment, Refund


def settled(payment: Payment) -> str:
    """Of what came in, with its fee; late money too."""
    return f"settle:{payment.id}"


def refund_due(refund: Refund) -> str:
    """Of what is to be given back."""
    return f"refund:{refund.id}"


def refund_paid(refund: Refund) -> str:
    """Of what the provider, or the bank, has given back; a refund that came back and was sent
    again is another one."""
    return f"refund:{refund.id}:paid:{refund.tries}"


def refund_back(refund: Refund) -> str:
    """Of a refund that came back."""
    return f"refund:{refund.id}:back:{refund.tries}"


def disputed(dispute: Dispute, step: str) -> str:
    """Of one step of a dispute: opened, taken, returned, won."""
    return f"dispute:{dispute.id}:{step}"


def payout(ref: str) -> str:
    """Of a payout: one group for all funds."""
    return f"payout:{ref}"


def group_of(pledge_id: int, key: str) -> str:
    """The whole key of a group that is about a pledge."""
    return f"pledge:{pledge_id}:{key}"
