"""The verbs of projects: drafting, handing in, reviewing, and what a round does to them."""

from projects.services.ballot import decide, eligible_for_ballot, put_on_ballot
from projects.services.drafts import create_draft, save_draft
from projects.services.funding import fund
from projects.services.proposing import submit, withdraw
from projects.services.reviews import (
    Answer,
    Decision,
    answer_review,
    ask_reviews,
    publish_review,
)
from projects.services.translations import translate

__all__ = [
    "Answer",
    "Decision",
    "answer_review",
    "ask_reviews",
    "create_draft",
    "decide",
    "eligible_for_ballot",
    "fund",
    "publish_review",
    "put_on_ballot",
    "save_draft",
    "submit",
    "translate",
    "withdraw",
]
