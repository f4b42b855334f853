"""What a request about guidance is about, loaded once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy.orm import joinedload
from sqlalchemy.orm.interfaces import ORMOption

from core.db import Base, db
from core.errors import NotFound
from core.i18n import lazy_gettext
from ledger.models import Fund, FundKind
from sponsorship.guidance.services.drafting import waiting_draft
from sponsorship.models import GuidanceCall, GuidanceVersion, Opening

LARGEST = 2**63 - 1
M = TypeVar("M", bound=Base)
_WHOLE = (
    joinedload(GuidanceCall.area),
    joinedload(GuidanceCall.fund),
    joinedload(GuidanceCall.matching_fund),
)


@dataclass(frozen=True)
class CallCase:
    """A call, and the draft that waits for a second person, if there is one."""

    call: GuidanceCall
    draft: GuidanceVersion | None = None

    @property
    def area_path(self) -> str:
        """Where the call is for; officers there and above look after it."""
        return self.call.area.path


@dataclass(frozen=True)
class OpeningCase:
    """An opening with its call."""

    opening: Opening

    @property
    def area_path(self) -> str:
        """As its call's."""
        return self.opening.call.area.path


def load_call(call_id: int) -> CallCase:
    """A call with its draft. Raises ``NotFound``."""
    call = _get(GuidanceCall, call_id, *_WHOLE)
    return CallCase(call, waiting_draft(db.session, call))


def load_opening(opening_id: int) -> OpeningCase:
    """An opening, with its call and project. Raises ``NotFound``."""
    of_call = joinedload(Opening.call).joinedload(GuidanceCall.area)
    return OpeningCase(_get(Opening, opening_id, of_call, joinedload(Opening.project)))


def load_fund(sponsor_fund_id: int) -> Fund:
    """A fund for sponsors' money. Raises ``NotFound``, also for one of another kind."""
    fund = _get(Fund, sponsor_fund_id, joinedload(Fund.area))
    if fund.kind != FundKind.SPONSOR:
        raise NotFound(lazy_gettext("There is no such page."))
    return fund


def public_call(call_id: int) -> GuidanceCall:
    """A call that was published. Raises ``NotFound`` for any other."""
    call = _get(GuidanceCall, call_id, *_WHOLE)
    if not call.version:
        raise NotFound(lazy_gettext("There is no such page."))
    return call


def _get(model: type[M], ident: int, *options: ORMOption) -> M:
    found = db.session.get(model, ident, options=options) if 0 < ident <= LARGEST else None
    if found is None:
        raise NotFound(lazy_gettext("There is no such page."))
    return found
