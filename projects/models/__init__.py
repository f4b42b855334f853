"""Tables of projects: proposals and their reviews, procurement, delivery and evaluation."""

from projects.models.bid import Bid, Envelope, Score
from projects.models.contract import Contract
from projects.models.plan import ChangeKind, DeliveryPlan, Milestone, PlanChange
from projects.models.project import Category, Photo, Project
from projects.models.review import Review
from projects.models.tender import (
    Criterion,
    CriterionKind,
    Exclusion,
    Method,
    Objection,
    ProcurementRule,
    Tender,
    TenderQuestion,
    TenderReviewer,
    tender_number,
)
from projects.models.works import (
    Acceptance,
    AsPromised,
    Confirmation,
    Evaluation,
    FinalAccount,
    MilestoneReport,
    ReportPhoto,
)

__all__ = [
    "Acceptance",
    "AsPromised",
    "Bid",
    "Category",
    "ChangeKind",
    "Confirmation",
    "Contract",
    "Criterion",
    "CriterionKind",
    "DeliveryPlan",
    "Envelope",
    "Evaluation",
    "Exclusion",
    "FinalAccount",
    "Method",
    "Milestone",
    "MilestoneReport",
    "Objection",
    "Photo",
    "PlanChange",
    "ProcurementRule",
    "Project",
    "ReportPhoto",
    "Review",
    "Score",
    "Tender",
    "TenderQuestion",
    "TenderReviewer",
    "tender_number",
]
