"""One query for all that a project's page tells of its delivery: a row for each milestone."""

from __future__ import annotations

from typing import Any, TypeAlias, TypeVar

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    Select,
    String,
    and_,
    bindparam,
    cast,
    func,
    literal,
    select,
)
from sqlalchemy.orm import InstrumentedAttribute, aliased

from accounts.models import Organisation, Person
from ledger.models import AcceptedWork, Voucher, VoucherKind, VoucherState
from projects.models import (
    Acceptance,
    Confirmation,
    Contract,
    DeliveryPlan,
    FinalAccount,
    Milestone,
    MilestoneReport,
)
from transparency.models import Leaf, LeafSubject

T = TypeVar("T")
PROJECT = "project"
Column: TypeAlias = ColumnElement[T] | InstrumentedAttribute[T]
Contractor = aliased(Organisation)


def paid_for(prefix: str, ident: Column[int]) -> ScalarSelect[int]:
    """What was paid for an accepted piece of work, in minor units; by its ref in the books."""
    ref = literal(prefix).concat(cast(ident, String))
    return (
        select(func.coalesce(func.sum(Voucher.amount), 0))
        .join(AcceptedWork, AcceptedWork.id == Voucher.work_id)
        .where(
            AcceptedWork.ref == ref,
            Voucher.kind == VoucherKind.DISBURSE,
            Voucher.state == VoucherState.PAID,
        )
        .correlate(Milestone)
        .scalar_subquery()
    )


def said_of(*narrowed: Column[bool]) -> ScalarSelect[int]:
    """How many residents said something of a report."""
    return (
        select(func.count())
        .select_from(Confirmation)
        .where(Confirmation.report_id == MilestoneReport.id, *narrowed)
        .correlate(MilestoneReport)
        .scalar_subquery()
    )


def counts() -> list[ColumnElement[Any]]:
    """What others say of a report, by the names of ``ReportView``."""
    near, holds = Confirmation.nearby, Confirmation.holds
    yes = (
        select(func.count())
        .select_from(Acceptance)
        .where(Acceptance.report_id == MilestoneReport.id, Acceptance.accepted)
        .correlate(MilestoneReport)
        .scalar_subquery()
    )
    return [
        said_of(near, holds).label("confirmed"),
        said_of(near, ~holds).label("disputed"),
        said_of(near, ~holds, Confirmation.answered_at.is_(None)).label("unanswered"),
        said_of(~near).label("elsewhere"),
        yes.label("accepted"),
    ]


def _recorded(*types: str) -> ScalarSelect[Any]:
    """When the last event of these types was recorded about the project."""
    return (
        select(func.max(Leaf.occurred_at))
        .join(LeafSubject, LeafSubject.leaf_id == Leaf.id)
        .where(
            LeafSubject.kind == "project",
            LeafSubject.ref == bindparam("ref", type_=String),
            Leaf.type.in_(types),
        )
        .scalar_subquery()
    )


def _latest() -> ColumnElement[bool]:
    newest = aliased(MilestoneReport)
    last = (
        select(func.max(newest.number))
        .where(newest.milestone_id == Milestone.id)
        .correlate(Milestone)
        .scalar_subquery()
    )
    return and_(MilestoneReport.milestone_id == Milestone.id, MilestoneReport.number == last)


def _rows() -> Select[*tuple[Any, ...]]:
    return (
        select(
            DeliveryPlan,
            Organisation.name.label("owner"),
            Person.name.label("responsible"),
            Milestone,
            Contract,
            Contractor.name.label("contractor"),
            FinalAccount,
            MilestoneReport,
            paid_for("milestone:", Milestone.id).label("paid"),
            _recorded("project.submitted").label("handed_in"),
            _recorded("project.eligible").label("reviewed"),
            _recorded("project.on_ballot").label("vote"),
            _recorded("project.selected").label("decision"),
            _recorded("delivery.completed", "delivery.cancelled").label("ended"),
            *counts(),
        )
        .join(Organisation, Organisation.id == DeliveryPlan.organisation_id)
        .join(Person, Person.id == DeliveryPlan.responsible_id)
        .outerjoin(Milestone, Milestone.plan_id == DeliveryPlan.id)
        .outerjoin(Contract, Contract.id == Milestone.contract_id)
        .outerjoin(Contractor, Contractor.id == Contract.organisation_id)
        .outerjoin(FinalAccount, FinalAccount.project_id == DeliveryPlan.project_id)
        .outerjoin(MilestoneReport, _latest())
        .where(DeliveryPlan.project_id == bindparam(PROJECT))
        .order_by(Milestone.position)
    )


# Put together once: every page of a project that is carried out asks it.
ROWS = _rows()
