"""Whether a business may give under the terms of a call."""

from __future__ import annotations

from sqlalchemy.orm import Session

from core.errors import Refused
from core.i18n import Message, lazy_gettext
from sponsorship.businesses.words import SECTORS
from sponsorship.models import Business
from sponsorship.states import BusinessState
from sponsorship.terms import Terms

_NOT_YET: dict[str, Message] = {
    BusinessState.DRAFT: lazy_gettext(
        "First submit your business and let an officer verify it; then you can give."
    ),
    BusinessState.SUBMITTED: lazy_gettext(
        "An officer is looking at your business. Once it is verified you can give."
    ),
    BusinessState.REFUSED: lazy_gettext(
        "Your business is not verified: its page says what to mend. Then you can give."
    ),
    BusinessState.SUSPENDED: lazy_gettext(
        "Your business is suspended and can give nothing for now. Its page says why."
    ),
}


def check_may_give(session: Session, business: Business, terms: Terms) -> None:
    """Raise ``Refused``, saying what is needed, for a business that is not verified, is suspended,
    or is of a sector from which the call takes nothing; asked anew of the database."""
    session.refresh(business, ["state", "sector"])
    if business.state != BusinessState.VERIFIED:
        raise Refused(_NOT_YET[business.state])
    if business.sector in terms.excluded_sectors:
        raise Refused(
            lazy_gettext(
                "This call takes nothing from the sector “%(sector)s”.",
                sector=SECTORS[business.sector],
            )
        )
