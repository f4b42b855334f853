"""Pages of pledges, one blueprint per audience; each module adds its own."""

from __future__ import annotations

from flask import Blueprint

sponsor = Blueprint("sponsor_pledges", __name__)
office = Blueprint("partners_office_pledges", __name__)
