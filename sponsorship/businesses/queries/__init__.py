"""Reads about businesses for pages."""

from __future__ import annotations

from sponsorship.businesses.queries.public import Profile, RelationView, profile

__all__ = ["Profile", "RelationView", "profile"]
