"""The verbs of guidance: writing and publishing calls, and what they look for partners for."""

from sponsorship.guidance.checks import Said
from sponsorship.guidance.services.drafting import discard, draft_call, redraft
from sponsorship.guidance.services.openings import Wanted, close_opening, open_opening
from sponsorship.guidance.services.publishing import close_call, publish

__all__ = [
    "Said",
    "Wanted",
    "close_call",
    "close_opening",
    "discard",
    "draft_call",
    "open_opening",
    "publish",
    "redraft",
]
