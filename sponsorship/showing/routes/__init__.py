"""The public pages of sponsorship."""

from __future__ import annotations

from flask import Blueprint

public = Blueprint("partners", __name__)
