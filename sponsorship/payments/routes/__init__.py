"""Pages of payments, one blueprint per audience; each module adds its own."""

from __future__ import annotations

from flask import Blueprint

sponsor = Blueprint("sponsor_payments", __name__)
office = Blueprint("partners_office_payments", __name__)
hooks = Blueprint("payment_hooks", __name__)
demo = Blueprint("payment_demo", __name__)
