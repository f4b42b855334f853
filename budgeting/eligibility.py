"""What somebody still needs before they can vote, in words, with the way to each next step."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from flask_babel.speaklater import LazyString

from accounts.actor import SignedIn
from budgeting.booth import Booth
from budgeting.electors import voting_year
from budgeting.models import RoundState
from core.i18n import datetime_long, lazy_gettext, localize
from core.policy import Actor

BALLOT = "budgeting_member.ballot"


@dataclass(frozen=True, slots=True)
class Need:
    """Something that is missing: what and what to do, and the page where to do it."""

    text: LazyString
    url: str | None = None
    label: LazyString | None = None


@dataclass(frozen=True, slots=True)
class Eligibility:
    """Whether somebody may vote in a round, apart from the time; if not, all that is missing."""

    needs: tuple[Need, ...]

    @property
    def ok(self) -> bool:
        """Nothing is missing."""
        return not self.needs


def eligibility(booth: Booth, actor: Actor) -> Eligibility:
    """What ``actor`` still needs in order to be an elector of a round."""
    if not isinstance(actor, SignedIn):
        label = lazy_gettext("Sign in")
        text = lazy_gettext("Please sign in, so that we know whether you may vote here.")
        url = url_for("accounts_public.sign_in", next=url_for(BALLOT, round_id=booth.id))
        return Eligibility((Need(text, url, label),))
    if booth.elector is not None:
        return Eligibility(())
    needs = tuple(_missing(booth, actor))
    if not needs and booth.state == RoundState.FROZEN:
        wait = lazy_gettext(
            "You may vote here. You are being entered on the list of voters: please come back "
            "in a minute."
        )
        return Eligibility((Need(wait),))
    return Eligibility(needs)


def _missing(booth: Booth, actor: SignedIn) -> Iterator[Need]:
    if booth.verified_only and not actor.verified:
        yield _verify(
            lazy_gettext(
                "Your real name has not been checked yet. Ask for it here, or take your identity "
                "card to your community committee: they can do it on the spot."
            )
        )
    elif actor.area_path is None:
        yield _verify(
            lazy_gettext(
                "We do not know where you live yet. Tell us here, or ask at your community "
                "committee."
            )
        )
    if actor.area_path is not None and not actor.area_path.startswith(booth.area_path):
        yield Need(
            lazy_gettext(
                "This vote is for people who live in %(area)s. If you have moved there, your "
                "community committee can correct your address.",
                area=localize(booth.area_name).text,
            )
        )
    if need := _age(booth, actor):
        yield need


def _age(booth: Booth, actor: SignedIn) -> Need | None:
    """With only years of birth known, who reaches the age within the year is old enough."""
    if not booth.min_age or booth.starts_at is None:
        return None
    if actor.birth_year is None:
        # Checking the name tells the year of birth too; said once is enough.
        if booth.verified_only and not actor.verified:
            return None
        return _verify(lazy_gettext("We do not know your year of birth yet."))
    year = voting_year(booth.starts_at)
    if year - actor.birth_year >= booth.min_age:
        return None
    return Need(
        lazy_gettext(
            "Voters here turn %(age)s in %(year)s or earlier. You can still propose projects and "
            "take part in everything else.",
            age=booth.min_age,
            year=year,
        )
    )


def _verify(text: LazyString) -> Need:
    return Need(text, url_for("accounts_member.verify"), lazy_gettext("Have my name checked"))


def closed_because(booth: Booth, now: datetime) -> LazyString | None:
    """Why no vote is taken at ``now``; ``None`` while voting is open."""
    if booth.open(now):
        return None
    if booth.state == RoundState.CANCELLED:
        return lazy_gettext("This round was called off, so there is no vote.")
    if booth.over(now):
        return lazy_gettext("Voting has closed. Thank you to everybody who took part.")
    if booth.starts_at is not None and now < booth.starts_at:
        return lazy_gettext("Voting opens on %(when)s.", when=datetime_long(booth.starts_at))
    return lazy_gettext("Voting has not opened yet: the round is still being prepared.")
