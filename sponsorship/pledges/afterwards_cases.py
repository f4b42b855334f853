"""What requests about signed pledges are about, loaded once."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from core.db import db
from core.errors import NotFound
from core.i18n import lazy_gettext
from projects.models import DeliveryPlan, Project
from sponsorship.models import GuidanceCall, KindReceipt, Opening, Release
from sponsorship.pledges.view import LARGEST, PledgeCase, pledge_case


@dataclass(frozen=True)
class KindCase:
    """A pledge with the department that answers for its project's plan, and perhaps a receipt."""

    case: PledgeCase
    owner: int | None
    receipt: KindReceipt | None = None


@dataclass(frozen=True)
class ReleaseCase:
    """A release with its pledge."""

    case: PledgeCase
    release: Release


def load_kind(pledge_id: int) -> KindCase:
    """A pledge and who may receive it. Raises ``NotFound``."""
    case = pledge_case(pledge_id)
    return KindCase(case, _owner(case))


def load_receipt(kind_receipt_id: int) -> KindCase:
    """A receipt with its pledge. Raises ``NotFound``."""
    found = db.session.get(KindReceipt, min(kind_receipt_id, LARGEST))
    if found is None:
        raise NotFound(lazy_gettext("There is no such receipt."))
    case = pledge_case(found.pledge_id)
    return KindCase(case, _owner(case), found)


def load_release(release_id: int) -> ReleaseCase:
    """A release with its pledge. Raises ``NotFound``."""
    found = db.session.get(Release, min(release_id, LARGEST))
    if found is None:
        raise NotFound(lazy_gettext("There is no such release."))
    return ReleaseCase(pledge_case(found.pledge_id), found)


def load_opening(opening_id: int) -> Opening:
    """An opening with its call and its project. Raises ``NotFound``."""
    rows = (
        select(Opening)
        .where(Opening.id == min(opening_id, LARGEST))
        .options(
            joinedload(Opening.call).joinedload(GuidanceCall.area),
            joinedload(Opening.project).joinedload(Project.area),
        )
    )
    found = db.session.scalar(rows)
    if found is None:
        raise NotFound(lazy_gettext("There is no such opening."))
    return found


def _owner(case: PledgeCase) -> int | None:
    project = case.opening.project_id
    if project is None:
        return None
    rows = select(DeliveryPlan.organisation_id).where(DeliveryPlan.project_id == project)
    return db.session.scalar(rows)
