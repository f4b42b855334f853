"""An idea in the showcase for which somebody gives, and everything in which that might be found."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.routing import Rule

from audit.exports.formats import FORMATS
from core.db import db, transaction
from ledger.models import CostCentre, CostCentreKind
from projects.models import Project
from projects.states import State
from sponsorship.models import Business, OpeningKind, Payment, Pledge
from sponsorship.payments.services.settling import settle
from sponsorship.pledges.services import signing
from tests.ledger.books import YUAN
from tests.projects.tenders.probes import read_rules, unpacked
from tests.sponsorship.ground import CODES
from tests.sponsorship.pledges.ground import Stall
from tests.sponsorship.showing.test_square import change

# Nothing else on the site says these.
TITLE = "KINGFISHER pavilion"
NAME = "Cormorant and Daughters Ltd"
MESSAGE = "HERON for the old people"
AMOUNT = 76_543_21
GIFT = 333_37
SECRETS = re.compile(rb"Cormorant|76[, .]?876|76[, .]?543|7654321|333[.]37|(?<!\d)33337(?!\d)")
WORDS = re.compile(rb"HERON|BITTERN")


@dataclass
class Veil(Stall):
    """Adds to a stall: an idea, a business with a name of its own, what both give, another sponsor;
    ``broken`` are routes that failed."""

    idea: int = 0
    pledge_: int = 0
    gift: int = 0
    rival: int = 0
    broken: set[str] = field(default_factory=set)

    def fill(self) -> None:
        """A pledge that is accepted, signed and paid, and a neighbour's small gift."""
        chosen = self.opening
        named = {"en": TITLE, "zh_Hans": TITLE}
        self.idea = self.add_project(State.ELIGIBLE, title=named, cost=200_000 * YUAN)
        self.opening = self.add_opening(self.idea, kind=OpeningKind.SHOWCASE, target=150_000 * YUAN)
        change(Business, self.business, name={"en": NAME, "zh_Hans": NAME})
        known = (self.business, self.manager, self.signatory, self.payer)
        other = self.add_business(CODES[1], name={"en": "Lantern Ltd"})
        self.rival = self.manager
        # Sums of the whole call, which are public, are others than those of the idea.
        more = self.accept(
            self.offer(self.new(YUAN * 5_000, business_id=other, opening_id=chosen), self.rival)
        )
        self.business, self.manager, self.signatory, self.payer = known
        self.pledge_ = self.sign(self.accepted(AMOUNT, message=MESSAGE))
        self.gift = self.give(GIFT, message="BITTERN from a neighbour")
        with transaction() as session:
            signing.sign_for_sponsor(session, more, self.rival, self.at)
            signing.sign_for_office(session, more, self.officer, self.at)
        for ident, amount in ((self.pledge_, AMOUNT), (self.gift, GIFT), (more, YUAN * 5_000)):
            self._pay(ident, amount)

    def _pay(self, ident: int, amount: int) -> None:
        with transaction() as session:
            pledge = session.get_one(Pledge, ident)
            payment = Payment(
                pledge_id=ident,
                instalment_id=pledge.instalments[0].id,
                attempt=1,
                key=f"pay{ident}",
                provider="stripe",
                amount=amount,
                currency="CNY",
                created_at=self.at,
            )
            session.add(payment)
            session.flush()
            settle(session, payment, amount, 0, self.at)

    def vote(self) -> None:
        """The idea gets on the ballot."""
        change(Project, self.idea, state=State.ON_BALLOT)

    def decide(self) -> None:
        """The vote has closed."""
        change(Project, self.idea, state=State.NOT_SELECTED)

    def addresses(self, rule: Rule, entries: int) -> Iterator[str]:
        """The addresses of a route, with everything that might be in them."""
        several: dict[str, list[Any]] = {
            "project_id": [self.idea],
            "opening_id": [self.opening],
            "pledge_id": [self.pledge_, self.gift],
            "business_id": [self.business],
            "call_id": [self.call],
            "round_id": [self.round],
            "area_id": [self.area, self.community],
            "cost_centre_id": self._centres(),
            "seq": list(range(entries)),
            "name": [*FORMATS, "verify.py", "ocds.json"],
            "code": ["en"],
            "state": ["on"],
            "level": ["0", "entries"],
            "path": ["000", "000.p/1", "entries/000"],
            "filename": ["css/gongzhi.css"],
            "year": [2026],
            "kind": ["disburse"],
            "token": ["x"],
        }
        wide = max(rule.arguments, key=lambda one: len(several.get(one, [1])), default="")
        base = {name: several.get(name, [1])[0] for name in rule.arguments}
        for value in several.get(wide, [1]) if wide else [""]:
            values = base | ({wide: value} if wide else {})
            path = re.sub(r"<(?:[^:<>]+:)?(\w+)>", lambda hit: str(values[hit[1]]), rule.rule)  # noqa: B023 - used at once
            yield f"{path}?round={self.round}"

    def _centres(self) -> list[int]:
        kinds = (CostCentreKind.CALL, CostCentreKind.PLEDGE, CostCentreKind.ROUND)
        rows = select(CostCentre.id).where(CostCentre.kind.in_(kinds)).order_by(CostCentre.id)
        found = list(db.session.scalars(rows))
        db.session.rollback()
        return found

    def look(self, app: Flask, people: dict[str, FlaskClient]) -> Iterator[tuple[str, str, bytes]]:
        """Who reads which route, and what they get."""
        for who, browser in people.items():
            for rule in read_rules(app):
                for path in self.addresses(rule, 60 if who == "visitor" else 2):
                    with browser.get(path) as answer:
                        self.broken |= {path} if answer.status_code == 500 else set()
                        yield who, f"{rule.endpoint} {path}", unpacked(answer.data)

    def found(self, body: bytes) -> list[str]:
        """What bytes tell of the gifts in connection with the idea."""
        told = [hit.decode() for hit in WORDS.findall(body)]
        leads = TITLE.encode() in body or re.search(rb"/projects/%d\b" % self.idea, body)
        if leads:
            told += [hit.decode() for hit in SECRETS.findall(body)]
        return sorted(set(told))


def written(app: Flask, folder: Path) -> Iterator[tuple[str, bytes]]:
    """What the commands write: every export, and the log."""
    runner = app.test_cli_runner()
    for name in (*FORMATS, "ocds"):
        out = folder / name
        runner.invoke(args=["audit", "export", "--format", name, "--out", str(out)])
        if out.is_file():
            yield name, unpacked(out.read_bytes())
