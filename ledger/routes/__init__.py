"""Pages of the ledger; each module adds its own to the blueprint of its readers."""

from __future__ import annotations

from flask import Blueprint

officer = Blueprint("ledger_officer", __name__, url_prefix="/ledger")
