"""Pledges until they are signed, for the matrix of permissions: one of each thing that addresses
name."""

from __future__ import annotations

from datetime import date, timedelta

from sponsorship.models import Agreement, AgreementTemplate, Instalment, Pledge
from sponsorship.states import PledgeState
from tests.factories import Factory

DAY = date(2026, 3, 2)


def pledging(
    make: Factory, *, opening: int, version: int, business: int, author: tuple[int, int]
) -> dict[str, int]:
    """A pledge of ``business`` that waits for an answer, and one whose agreement waits for
    signatures, drawn up from a text that ``author`` (an officer, and their area) wrote; by the
    names in addresses, the pledge that is offered apart."""

    def pledge(state: PledgeState) -> int:
        made = Pledge(
            key=f"matrix-{state}",
            state=state,
            opening_id=opening,
            version_id=version,
            business_id=business,
            kind="money",
            amount=1,
            currency="CNY",
            due_on=DAY,
            created_at=make.at,
            offered_at=make.at,
        )
        made.instalments = [Instalment(number=1, amount=1, due_on=DAY)]
        return make.add(made)

    accepted = pledge(PledgeState.ACCEPTED)
    return {
        "pledge_id": accepted,
        "offered_pledge_id": pledge(PledgeState.OFFERED),
        "template_id": _agreement(make, accepted, author),
    }


def _agreement(make: Factory, pledge: int, author: tuple[int, int]) -> int:
    text = {"zh_Hans": "协议", "en": "Agreement"}
    officer, area = author
    template = make.add(
        AgreementTemplate(
            area_id=area, number=1, text=text, written_by_id=officer, written_at=make.at
        )
    )
    make.add(
        Agreement(
            pledge_id=pledge,
            template_id=template,
            text=text,
            sha256="0" * 64,
            drawn_at=make.at,
            sign_by=DAY + timedelta(days=14),
        )
    )
    return template
