"""Pages of businesses, one blueprint per audience; each module adds its own."""

from __future__ import annotations

from flask import Blueprint

sponsor = Blueprint("sponsor_businesses", __name__)
office = Blueprint("partners_office_businesses", __name__)
