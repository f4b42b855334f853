"""The verbs of delivery: planning, reporting, accepting, changing, ending, evaluating."""

from projects.models import ChangeKind
from projects.works.services.accepting import accept
from projects.works.services.changes import (
    AskedChange,
    Verdict,
    ask_change,
    decide_change,
    withdraw_change,
)
from projects.works.services.confirming import answer_dispute, confirm
from projects.works.services.evaluating import Opinion, evaluate, hide_comment
from projects.works.services.final_account import approve_account, draw_account, open_matters
from projects.works.services.plans import (
    PlanDraft,
    PlannedMilestone,
    plan_digest,
    publish_plan,
    write_plan,
)
from projects.works.services.reporting import SentPhoto, SentReport, report

__all__ = [
    "AskedChange",
    "ChangeKind",
    "Opinion",
    "PlanDraft",
    "PlannedMilestone",
    "SentPhoto",
    "SentReport",
    "Verdict",
    "accept",
    "answer_dispute",
    "approve_account",
    "ask_change",
    "confirm",
    "decide_change",
    "draw_account",
    "evaluate",
    "hide_comment",
    "open_matters",
    "plan_digest",
    "publish_plan",
    "report",
    "withdraw_change",
    "write_plan",
]
