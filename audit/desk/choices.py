"""What auditors choose from when they write a finding."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Area, Organisation, OrganisationKind
from accounts.queries import within
from audit.flags.rule import Ref
from core.i18n import gettext, localize
from ledger.models import Document, Payee, Transfer, Voucher
from projects.models import Bid, Tender
from projects.states import BidState, TenderState

MOST_COMPANIES = 40
_OPENED = (TenderState.OPENED, TenderState.AWARDED, TenderState.CONTRACTED)


def department_choices(session: Session, paths: Sequence[str]) -> list[tuple[int, str]]:
    """Departments in an auditor's areas."""
    rows = (
        select(Organisation.id, Organisation.name, Area.name)
        .join(Area, Area.id == Organisation.area_id)
        .where(Organisation.kind == OrganisationKind.DEPARTMENT, within(tuple(paths)))
        .order_by(Area.path, Organisation.id)
    )
    return [
        (ident, f"{localize(name).text} ({localize(area).text})")
        for ident, name, area in session.execute(rows)
    ]


def companies(session: Session, refs: Collection[Ref]) -> list[tuple[str, str]]:
    """Companies that the evidence names: payees, and organisations that bid."""
    ids: dict[str, set[int]] = {}
    for kind, ref in refs:
        ids.setdefault(kind, set()).add(ref)
    payees = set(ids.get("payee", ()))
    for kind, model in (("voucher", Voucher), ("document", Document), ("line", Transfer)):
        if kind in ids:
            rows = select(model.payee_id).where(model.id.in_(ids[kind]))
            payees |= {one for one in session.scalars(rows) if one}
    found = [("", gettext("none"))]
    named = select(Payee.id, Payee.name).where(Payee.id.in_(payees)).order_by(Payee.id)
    for ident, name in session.execute(named.limit(MOST_COMPANIES)):
        found.append((f"payee:{ident}", str(localize(name).text)))
    named_organisations = select(Organisation.id, Organisation.name).where(
        Organisation.id.in_(ids.get("organisation", ()))
    )
    bidders = (
        select(Organisation.id, Organisation.name)
        .join(Bid, Bid.organisation_id == Organisation.id)
        .join(Tender, Tender.id == Bid.tender_id)
        .where(
            Tender.id.in_(ids.get("tender", ())),
            Tender.state.in_(_OPENED),
            Bid.state != BidState.WITHDRAWN,
        )
        .distinct()
        .order_by(Organisation.id)
    )
    for found_rows in (
        (named_organisations, bidders) if {"tender", "organisation"} & set(ids) else ()
    ):
        for ident, name in session.execute(found_rows.limit(MOST_COMPANIES)):
            found.append((f"organisation:{ident}", str(localize(name).text)))
    return list(dict.fromkeys(found))
