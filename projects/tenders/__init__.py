"""Procurement in the open: notice, sealed bids, judging, award, contract."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Attach procurement's pages, jobs and words."""
    from core.i18n import lazy_gettext
    from projects.tenders import jobs  # noqa: F401 - they register themselves
    from projects.tenders.words import OTHER_TITLES, TENDER_TITLES
    from transparency.words import name_subject, name_types

    name_types(TENDER_TITLES | OTHER_TITLES)
    name_subject("tender", lazy_gettext("Tender"), "/tenders/{}".format)
