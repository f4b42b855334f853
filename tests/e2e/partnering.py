"""Businesses as partners, in browsers: what each person does from a call to what the money did."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from accounts.models import Role
from core.clock import local_date
from core.db import transaction
from ledger.models import FundKind
from projects.models import Project
from tests.e2e.conftest import Site
from tests.e2e.players import DAY, Cast, Player, upload
from tests.factories import Factory
from tests.ledger.books import YUAN
from tests.ledger.papers import pdf
from tests.projects.works.test_reporting import photo
from tests.sponsorship.ground import CODES, Square

LICENCE = upload("licence.pdf", "application/pdf", pdf(title="Licence"))
REASON = "It fits the call, and nobody involved is close to the sponsor."
SEND = "main form .btn-primary"


class Partnering(Cast):
    """A project that lacks ¥30,000, and everybody around it, each at a browser of their own."""

    ground: Square
    call: int
    opening: int
    business: int
    author: Player
    officer: Player
    finance: Player
    approver: Player
    manager: Player
    visitor: Player

    @classmethod
    def begin(cls, site: Site, **look: Any) -> Partnering:
        """Funds are open; nobody has called for partners yet. Services sign with the real time."""
        at = datetime.now(UTC)
        site.app.extensions["clock"] = lambda: datetime.now(UTC)
        made = cls(site, look, at)
        make = Factory(at)
        made.ground = ground = Square.build(make, at, firms=1)
        ground.finance = make.staff(Role.FINANCE, ground.area)
        ground.approver = make.staff(Role.APPROVER, ground.area)
        ground.fund = ground.add_fund(FundKind.SPONSOR)
        ground.matching_fund = ground.add_fund(FundKind.MATCHING)
        with transaction() as session:
            session.get_one(Project, ground.project).cost = 130_000 * YUAN
        made.author, made.officer = (made.player(one) for one in (ground.author, ground.officer))
        made.finance, made.approver = (
            made.player(one) for one in (ground.finance, ground.approver)
        )
        made.manager = made.player(make.person(ground.community))
        made.visitor = made.player(None)
        return made

    def day(self, days: int) -> str:
        """A day as forms take it."""
        return (local_date(self.at) + days * DAY).isoformat()

    def publish(self) -> None:
        """One officer writes the call, another publishes it; money for doubling is set aside."""
        self.author.go("/office/partners")
        self.author.follow(f"/office/partners/funds/{self.ground.fund}/calls/new")
        self.author.send(SEND, **self._rules())
        self.call = self._number(self.author, r"/office/partners/calls/(\d+)")
        self.at_desk(self.officer, f"/office/partners/calls/{self.call}")
        self.officer.follow(f"/office/partners/calls/{self.call}/publish")
        self.officer.send(SEND)
        self.ground.call = self.call
        self.ground.endow(20_000 * YUAN)

    def _rules(self) -> dict[str, Any]:
        return {
            "title_en": "Partners for the river bank",
            "title_zh_Hans": "河岸合作伙伴",
            "text_en": "What is missing for the benches.",
            "gets_en": "Thanks in public.",
            "gets_not_en": "No say in the vote.",
            "opens_on": self.day(0),
            "closes_on": self.day(60),
            "match_percent": "50",
            "matching_fund": str(self.ground.matching_fund),
            "match_pool": "20,000",
            "match_until": self.day(60),
            "match_sponsor_most": "10,000",
            "public_least": "30",
            "least": "100",
            "small_most": "1,000",
            "anonymous_most": "200",
            "kind_most": "20,000",
            "sign_days": "14",
            "excluded_sectors": ["tobacco"],
        }

    def look_for_partners(self) -> None:
        """An officer has the project that lacks money look for partners; it is on the square."""
        self.author.go(f"/office/partners/calls/{self.call}")
        self.author.follow(f"/office/partners/calls/{self.call}/openings")
        self.author.follow(
            rf"/office/partners/calls/{self.call}/openings/new\?project={self.ground.project}"
        )
        until = f"{self.day(30)}T20:00"
        self.author.send(SEND, target="30,000", deadline=until, about_en="For the benches.")
        self.opening = self._number(self._square(self.visitor), r"/partners/openings/(\d+)")

    def register(self) -> None:
        """A business registers with its papers, and an officer verifies it."""
        self._square(self.manager).follow("/sponsor/businesses/new")
        self.manager.send(
            SEND,
            name_en="Lantern Ltd",
            name_zh="明灯公司",
            scheme="CN-USCC",
            code=CODES[0],
            sector="retail",
            area_id=str(self.ground.area),
            address="1 River Road",
            contact_name="Li Ming",
            contact_email="li@example.com",
        )
        self.business = self._number(self.manager, r"/sponsor/businesses/(\d+)")
        papers = f"main form[action$='/businesses/{self.business}/papers'] button"
        self.manager.send(papers, title="Business licence", file=LICENCE)
        self.manager.follow(f"/sponsor/businesses/{self.business}/submit")
        self.manager.send(SEND)
        self.at_desk(self.officer, f"/office/partners/businesses/{self.business}")
        self.officer.follow(f"/office/partners/businesses/{self.business}/verify")
        self.officer.send(SEND)

    def offer(self, amount: str, **gift: Any) -> int:
        """The business looks at what is added and offers it; gives the pledge."""
        self._square(self.manager).follow(f"/sponsor/openings/{self.opening}/offer")
        values = {"kind": "money", "amount": amount, "due_on": self.day(20)} | gift
        self.manager.send("main form button[value=show]", **values)
        if values["kind"] == "money":
            assert "¥5,000" in self.manager.text
        self.manager.send("main form button[value=offer]")
        return self._number(self.manager, r"/sponsor/pledges/(\d+)")

    def agree(self, pledge: int) -> None:
        """One officer accepts the offer, both sides sign what was drawn up."""
        own, office = f"/sponsor/pledges/{pledge}", f"/office/partners/pledges/{pledge}"
        self.at_desk(self.author, r"/office/partners/pledges\?state=offered")
        self.author.follow(office)
        self.author.follow(f"{office}/accept")
        self.author.send(SEND, reason=REASON)
        self.at_desk(self.manager, f"{own}(/agreement|/sign)?")
        self.manager.go(f"{own}/agreement")
        self.manager.follow(f"{own}/sign")
        self.manager.send(SEND)
        self.at_desk(self.officer, f"{office}(/agreement|/sign)?")
        self.officer.go(f"{office}/agreement")
        self.officer.follow(f"{office}/sign")
        self.officer.send(SEND)

    def pay_by_card(self, pledge: int) -> None:
        """Pay with the test card, on the page that stands for the service's."""
        self.at_desk(self.manager, f"/sponsor/pledges/{pledge}/pay")
        self.manager.send(SEND, way="stripe:card")
        assert "/demo/pay/" in self.manager.page.url
        if self.look["javascript"]:
            assert self.manager.visit.axe() == []
        self.manager.send(SEND, number="4242 4242 4242 4242")

    def pay_by_bank(self, pledge: int) -> None:
        """Begin a transfer; two people say that it has arrived."""
        self.at_desk(self.manager, f"/sponsor/pledges/{pledge}/pay")
        self.manager.send(SEND, way="bank:transfer")
        payment = self._number(self.manager, r"/sponsor/payments/(\d+)/transfer")
        self.finance.go("/office/partners/payments")
        self.finance.follow(f"/office/partners/payments/{payment}")
        self.finance.follow(f"/office/partners/payments/{payment}/arrived")
        self.finance.send(SEND, on=self.day(0))
        self.at_desk(self.approver, "/office/partners/transfers")
        self.approver.follow(r"/office/partners/transfers/\d+/confirm")
        self.approver.send(SEND)

    def receive(self, pledge: int) -> None:
        """What was given in kind arrives: one writes it down with a photo, another confirms."""
        self.author.go(f"/office/partners/pledges/{pledge}")
        self.author.follow(f"/office/partners/pledges/{pledge}/receive")
        self.author.send(
            SEND,
            text="Twelve lamps, all of them whole.",
            received_on=self.day(0),
            complete="yes",
            value="3,600",
            method="list_price",
            basis="The shop's list: ¥300 each.",
            photo_1=upload("lamps.jpg", "image/jpeg", photo()),
            alt_1="Twelve lamps",
        )
        self.at_desk(self.officer, r"/office/partners/receipts/\d+")
        self.officer.send(SEND)

    def release(self, pledge: int) -> None:
        """The money goes to the first part of the project's plan."""
        self.author.go(f"/office/partners/pledges/{pledge}")
        self.author.follow(f"/office/partners/pledges/{pledge}/release")
        self.author.send(SEND, milestone_id=str(self.ground.milestones[0]))
        self.at_desk(self.officer, r"/office/partners/releases/\d+")
        self.officer.send(SEND)

    def at_desk(self, player: Player, address: str) -> None:
        """Find on the desk what is to be done."""
        player.go("/desk")
        player.follow(address)

    def _square(self, player: Player) -> Player:
        """From the square to what is sought there."""
        player.go("/partners")
        player.follow(r"/partners/openings/\d+")
        return player

    def _number(self, player: Player, pattern: str) -> int:
        found = re.search(pattern, player.page.url)
        assert found, player.page.url
        return int(found[1])
