"""Pages of guidance, one blueprint per audience; each module adds its own."""

from __future__ import annotations

from flask import Blueprint

public = Blueprint("partners_calls", __name__)
office = Blueprint("partners_office_calls", __name__)
