"""The verbs around businesses."""

from __future__ import annotations

from sponsorship.businesses.giving import check_may_give
from sponsorship.businesses.services.deciding import refuse, restore, suspend, verify
from sponsorship.businesses.services.papers import add_paper, open_paper, remove_paper
from sponsorship.businesses.services.registering import Details, change, register, submit
from sponsorship.businesses.services.relations import NewRelation, declare, end_relation
from sponsorship.businesses.services.seats import accept_seat, change_role, end_seat, invite

__all__ = [
    "Details",
    "NewRelation",
    "accept_seat",
    "add_paper",
    "change",
    "change_role",
    "check_may_give",
    "declare",
    "end_relation",
    "end_seat",
    "invite",
    "open_paper",
    "refuse",
    "register",
    "remove_paper",
    "restore",
    "submit",
    "suspend",
    "verify",
]
