"""Days that come by themselves: due, reminded of, lapsed."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Notice
from core.db import transaction
from projects.models import Project
from projects.states import State
from sponsorship.models import Agreement, AgreementTemplate
from sponsorship.pledges.afterwards_jobs import end_overdue
from sponsorship.states import PledgeState
from tests.ledger.books import YUAN
from tests.projects.tenders.ground import DAY
from tests.sponsorship.pledges.field import Field

P = PledgeState


def notices(session: Session, person: int) -> list[str]:
    """What somebody was told, in English."""
    session.rollback()
    rows = select(Notice.text).where(Notice.person_id == person).order_by(Notice.id)
    return [text["en"] for text in session.scalars(rows)]


def test_reminded_a_week_ahead_due_on_the_day_and_lapsed_after_thirty(
    field: Field, session: Session
) -> None:
    ident = field.add_signed(10_000 * YUAN)
    field.pay(ident, 1_000 * YUAN)
    before = len(notices(session, field.payer))
    end_overdue(field.after(12))
    assert len(notices(session, field.payer)) == before
    for days in (13, 13, 14):
        end_overdue(field.after(days))
    (reminder,) = notices(session, field.payer)[before:]
    assert "¥9,000" in reminder
    assert "22 April" in reminder
    assert field.row(ident).state == P.SIGNED
    end_overdue(field.after(20))
    assert field.row(ident).state == P.DUE
    end_overdue(field.after(50))
    assert field.row(ident).state == P.DUE
    end_overdue(field.after(51))
    assert field.row(ident).state == P.LAPSED
    assert "what was paid goes back" in notices(session, field.payer)[-1]


def test_after_a_long_standstill_everything_is_caught_up(field: Field) -> None:
    ident, kind = field.add_signed(), field.add_kind()
    end_overdue(field.after(200))
    assert field.row(ident).state == P.LAPSED
    assert field.row(kind).state == P.DUE


def test_an_agreement_that_nobody_signs_in_time_lapses(field: Field) -> None:
    ident = field.add_pledge(state=P.ACCEPTED)
    template = AgreementTemplate(number=1, text={"en": "We agree."}, written_at=field.at)
    field.make.add(
        Agreement(
            pledge_id=ident,
            template_id=field.make.add(template),
            text={"en": "We agree."},
            sha256="0" * 64,
            drawn_at=field.at,
            sign_by=field.today() + 14 * DAY,
        )
    )
    end_overdue(field.after(14))
    assert field.row(ident).state == P.ACCEPTED
    end_overdue(field.after(15))
    assert field.row(ident).state == P.LAPSED


def test_under_vote_no_day_comes(field: Field, session: Session) -> None:
    ident = field.add_signed()
    with transaction() as own:
        own.get_one(Project, field.project).state = State.ON_BALLOT
    end_overdue(field.after(60))
    assert field.row(ident).state == P.SIGNED
    assert notices(session, field.payer) == []
