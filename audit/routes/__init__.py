"""The public pages of money, one blueprint per audience."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("audit_public", __name__)
