"""Pages of procurement, one blueprint per audience; each module adds its own."""

from __future__ import annotations

from flask import Blueprint

public = Blueprint("tenders_public", __name__)
member = Blueprint("tenders_member", __name__)
officer = Blueprint("tenders_officer", __name__)
