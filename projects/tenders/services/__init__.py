"""The verbs of procurement: from the notice to the signed contract."""

from projects.tenders.services.asking import answer_question, ask_question
from projects.tenders.services.awarding import award, fail
from projects.tenders.services.bidding import NewBid, submit_bid, withdraw_bid
from projects.tenders.services.contracting import (
    Terms,
    agree,
    draw_contract,
    sign_contract,
    suggested_prices,
)
from projects.tenders.services.drafting import (
    change_direct,
    change_tender,
    draft_direct,
    draft_tender,
)
from projects.tenders.services.excluding import exclude, lift
from projects.tenders.services.judging import (
    Given,
    appoint,
    declare,
    exclude_bid,
    excuse,
    hand_in,
    save_scores,
)
from projects.tenders.services.objecting import decide_objection, object_to
from projects.tenders.services.opening import due_tenders, open_tender
from projects.tenders.services.publishing import award_directly, cancel, publish

__all__ = [
    "Given",
    "NewBid",
    "Terms",
    "agree",
    "answer_question",
    "appoint",
    "ask_question",
    "award",
    "award_directly",
    "cancel",
    "change_direct",
    "change_tender",
    "decide_objection",
    "declare",
    "draft_direct",
    "draft_tender",
    "draw_contract",
    "due_tenders",
    "exclude",
    "exclude_bid",
    "excuse",
    "fail",
    "hand_in",
    "lift",
    "object_to",
    "open_tender",
    "publish",
    "save_scores",
    "sign_contract",
    "submit_bid",
    "suggested_prices",
    "withdraw_bid",
]
