"""What Stripe is asked for: opaque numbers and amounts. Pure."""

from __future__ import annotations

from stripe.params import PaymentIntentCreateParams, RefundCreateParams
from stripe.params.checkout import SessionCreateParams

from sponsorship.payments.providers.protocol import Ask


def session_params(ask: Ask) -> SessionCreateParams:
    """What a Checkout Session is made of: opaque numbers and an amount."""
    metadata = _metadata(ask)
    manual = "manual" if ask.method == "card" else "automatic"
    params: SessionCreateParams = {
        "mode": "payment",
        "allowed_payment_method_types": [ask.method],
        # The payer pays our amount in our currency, whatever Stripe would offer.
        "adaptive_pricing": {"enabled": False},
        "line_items": [
            {
                "quantity": 1,
                "price_data": {
                    "currency": ask.currency.lower(),
                    "unit_amount": ask.amount,
                    "product_data": {"name": ask.label},
                },
            }
        ],
        "payment_intent_data": {"capture_method": manual, "metadata": metadata},
        "metadata": metadata,
        "client_reference_id": str(ask.payment),
        "success_url": ask.back_url,
        "cancel_url": f"{ask.back_url}?left=1",
        "expires_at": int(ask.ends_at.timestamp()),
    }
    if ask.method == "wechat_pay":
        params["payment_method_options"] = {"wechat_pay": {"client": "web"}}
    return params


def intent_params(ask: Ask) -> PaymentIntentCreateParams:
    """What a PaymentIntent of its own is made of."""
    return {
        "amount": ask.amount,
        "currency": ask.currency.lower(),
        "capture_method": "manual" if ask.method == "card" else "automatic",
        "metadata": _metadata(ask),
    }


def refund_params(ref: str, amount: int, key: str) -> RefundCreateParams:
    """What a refund is made of."""
    return {"payment_intent": ref, "amount": amount, "metadata": {"key": key}}


def _metadata(ask: Ask) -> dict[str, str]:
    return {"payment": str(ask.payment), "key": ask.key}
