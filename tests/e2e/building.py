"""A chosen project built in browsers: what each person does, from the plan to the last invoice."""

from __future__ import annotations

from typing import Any

from accounts.models import OrganisationKind, Role
from core.db import transaction
from tests.conftest import START
from tests.e2e.conftest import PHONE, Site
from tests.e2e.players import DAY, Cast, Player, upload
from tests.factories import Factory
from tests.ledger.papers import pdf
from tests.projects.works.ground import Ground
from tests.projects.works.test_reporting import photo
from transparency.log import record

PARTS = (("Benches", "6,000"), ("Lamps", "3,000"), ("Flowers", "1,000"))
DUE = ("2026-04-05", "2026-04-25", "2026-05-10")
PRICES = ("8,000", "7,000", "7,500")
PAPER = upload("offer.pdf", "application/pdf", pdf(title="Offer"))


class Building(Cast):
    """Everybody around a project of ¥10,000, each at a browser of their own."""

    @classmethod
    def begin(cls, site: Site, **look: Any) -> Building:
        """The vote is over; nobody has planned anything yet."""
        made = cls(site, look, START)
        make = Factory(START)
        made.ground = Ground.build(make, START)
        made.url = f"/projects/{made.ground.project}"
        made.tender = made.milestone = ""
        made._people(make)
        with transaction() as session:
            about = [("project", made.ground.project)]
            record(session, "project.submitted", about, {"by": "proposer"}, START - 60 * DAY)
            record(session, "project.selected", about, {"by": "round"}, START - DAY)
        return made

    ground: Ground
    url: str
    tender: str
    milestone: str

    def _people(self, make: Factory) -> None:
        ground, books = self.ground, self.ground.books
        area = books.areas[2]
        self.author = self.player(ground.officer)
        self.officer = self.player(ground.second_officer)
        self.third = self.player(make.staff(Role.OFFICER, area))
        self.department = self.player(ground.reviewer)
        judges = [make.staff(Role.REVIEWER, area, ground.department) for _ in range(2)]
        self.judges = [self.player(one) for one in judges]
        self.judge_ids = judges
        firms = [
            make.organisation(area, OrganisationKind.BUSINESS, name={"en": name, "zh_Hans": name})
            for name in ("Greenfield", "Stoneworks", "Lakeside")
        ]
        self.bidders = [self.player(make.staff(Role.BUSINESS, area, one)) for one in firms]
        self.contractor = self.bidders[1]
        self.foreman = self.player(make.staff(Role.BUSINESS, area, firms[1]), viewport=PHONE)
        self.committee = self.player(ground.committee)
        self.neighbour = self.player(ground.neighbour, strong=False)
        self.resident = self.player(ground.proposer, strong=False)
        self.asks = self.player(books.asks)
        self.approves = self.player(books.approves)
        self.pays = self.player(make.staff(Role.FINANCE, books.areas[0]))
        self.visitor = self.player(None)

    def plan(self) -> None:
        """One officer writes the plan, another publishes it."""
        page = self.author.go(self.url)
        self.author.follow(f"{self.url}/plan")
        for _ in PARTS[1:]:
            with page.expect_navigation():
                page.locator("button[value=add]").click()
        values: dict[str, Any] = {"summary": "Benches first, then lamps, flowers at the end."}
        values["owner"] = f"{self.ground.department}:{self.ground.reviewer}"
        values |= {"starts_on": "2026-03-02", "ends_on": "2026-05-31"}
        for number, (title, budget) in enumerate(PARTS):
            row = {"title": title, "budget": budget, "due_on": DUE[number]}
            values |= {f"milestones-{number}-{name}": value for name, value in row.items()}
        self.author.send(**values)
        self.officer.go(self.url)
        self.officer.follow(f"{self.url}/plan/publish")
        self.officer.send("main form button.btn-primary")

    def notice(self) -> None:
        """One officer writes the notice, another approves it."""
        self.author.go(self.url)
        page = self.author.follow(f"{self.url}/tenders/new")
        boxes = page.locator("main [name=milestones]")
        self.author.send(
            title="Benches and lamps",
            scope="Six benches of oak and three lamps beside the path.",
            milestones=[boxes.nth(i).get_attribute("value") for i in range(2)],
            ceiling="9,000",
            questions_until="2026-03-05T12:00",
            deadline="2026-03-12T12:00",
            price_weight="60",
            name_1="How it is built",
            weight_1="40",
            min_bids="3",
            warranty_months="0",
        )
        self.tender = page.url.removeprefix(self.site.url)
        self.officer.go(self.tender)
        self.officer.follow(f"{self.tender}/approve")
        self.officer.send()

    def question(self) -> None:
        """Somebody asks about the notice, an officer answers for everybody."""
        self.neighbour.go(self.tender)
        self.neighbour.send("form[action$='/questions'] button", text="Which oak?")
        self.officer.go(self.tender)
        self.officer.follow("/tender-questions/[0-9]+")
        self.officer.send(answer="Oak from these hills.")
        assert "Oak from these hills." in self._reads(self.tender)

    def bids(self) -> None:
        """Three firms send a bid each, which nobody sees."""
        for bidder, price in zip(self.bidders, PRICES, strict=True):
            bidder.go(self.tender)
            bidder.follow(f"{self.tender}/bid")
            bidder.send(
                price=price,
                days="40",
                offer="Oak, oiled twice.",
                knows="no",
                paper=PAPER,
                honest="y",
            )
            assert "SHA-256" in bidder.text
        shown = self._reads(self.tender)
        assert "Stoneworks" not in shown
        assert "7,000" not in shown

    def judge(self) -> None:
        """Two people are asked, say whom they know, and give points."""
        assert "Stoneworks" in self._reads(self.tender)
        for judge, ident in zip(self.judges, self.judge_ids, strict=True):
            self.officer.go(f"{self.tender}/office")
            self.officer.follow(f"{self.tender}/reviewers")
            self.officer.send(person=str(ident))
            judge.go("/desk")
            page = judge.follow(f"{self.tender}/judge")
            judge.send("form[action$='/declare'] button", knows="no")
            names = page.locator("main form [name]").evaluate_all("all => all.map(e => e.name)")
            points = {one: "80" for one in names if one.startswith("points_")}
            reasons = {one: "Solid work." for one in names if one.startswith("reason_")}
            judge.send("button[value=hand_in]", **points, **reasons)

    def award(self) -> None:
        """An officer awards to the first; a bidder objects in vain; somebody else answers."""
        self.officer.go(f"{self.tender}/office")
        self.officer.follow(f"{self.tender}/award")
        self.officer.send(reason="The lowest price, and the points agree.")
        self.days_on(1)
        self.bidders[0].go(self.tender)
        self.bidders[0].follow(f"{self.tender}/object")
        self.bidders[0].send(text="Our oak is better than theirs.")
        self.third.go(self.tender)
        self.third.follow("/objections/[0-9]+")
        self.third.send(upheld="no", reason="The points were given for what was offered.")

    def contract(self) -> None:
        """One officer draws it up, the contractor agrees, another officer signs."""
        self.author.go(self.tender)
        page = self.author.follow(f"{self.tender}/contract/draw")
        names = page.locator("main [name^=price_]").evaluate_all("all => all.map(e => e.name)")
        prices = dict(zip(names, ("5,000", "2,000"), strict=True))
        self.author.send(
            terms="As offered.", starts_on="2026-03-23", ends_on="2026-04-14", **prices
        )
        self.contractor.go(f"{self.tender}/contract")
        self.contractor.follow(f"{self.tender}/contract/agree")
        self.contractor.send()
        self.officer.go(f"{self.tender}/contract")
        self.officer.follow(f"{self.tender}/contract/sign")
        self.officer.send()

    def report(self, part: int, by: Player) -> None:
        """Whoever does a part reports it, with a photo from the spot."""
        by.go(self.url)
        page = by.page
        title = PARTS[part][0]
        link = page.locator("h3 a[href^='/milestones/']", has_text=title).get_attribute("href")
        assert link is not None
        self.milestone = link
        by.go(link)
        by.follow(f"{link}/report")
        taken = photo(f"{self.at:%Y:%m:%d} 10:00:00")
        by.send(
            text=f"{title}: all done, and the ground around is level.",
            photo_1=upload("site.jpg", "image/jpeg", taken),
            alt_1=title,
        )

    def dispute(self) -> None:
        """A neighbour says that it is not true, an officer answers."""
        self.neighbour.go(self.milestone)
        self.neighbour.send(
            "form[action$='/confirm'] button", holds="no", text="One bench still wobbles."
        )
        self.author.go(self.milestone)
        self.author.follow("/confirmations/[0-9]+/answer")
        self.author.send(answer="It was screwed down this morning.")

    def accept(self) -> None:
        """An officer and somebody of the committee accept it."""
        for player in (self.officer, self.committee):
            player.go(self.milestone)
            player.follow("/reports/[0-9]+/accept")
            player.send(accepted="yes")

    def pay(self, work: str, amount: str) -> None:
        """Accepted work is invoiced by one, approved by another, paid by a third."""
        page = self.asks.go("/ledger/vouchers/new/disburse")
        option = page.locator("[name=source] option", has_text=f"¥{amount}")
        self.asks.send(
            "main form button.btn-primary",
            source=option.get_attribute("value"),
            amount=amount,
            purpose=work,
            **{
                "paper-original": upload("invoice.pdf", "application/pdf", pdf(title=work)),
                "paper-as_it_is": "y",
                "paper-number": f"F-{work}",
                "paper-issued_on": f"{self.at:%Y-%m-%d}",
            },
        )
        voucher = page.url.removeprefix(self.site.url)
        for player, verb in ((self.approves, "approve"), (self.pays, "pay")):
            player.go("/desk")
            player.follow(voucher)
            player.follow(f"{voucher}/{verb}")
            player.send()

    def release(self) -> None:
        """After the warranty one officer asks for the retention, another decides."""
        self.author.go(self.url)
        page = self.author.follow("/contracts/[0-9]+/retention")
        self.author.send(reason="Everything still stands as it should.")
        change = page.url.removeprefix(self.site.url)
        self.officer.go(change)
        self.officer.send(
            "main form button.btn-primary", approved="yes", answer="We looked at it again."
        )

    def account(self) -> None:
        """One officer draws the final account up, another approves it."""
        self.author.go(self.url)
        self.author.follow(f"{self.url}/account")
        self.author.send(text="Cheaper than planned, and on time.")
        self.officer.go(self.url)
        self.officer.follow(f"{self.url}/account/approve")
        self.officer.send()

    def rate(self) -> None:
        """A resident says what they think of it."""
        self.resident.go(self.url)
        self.resident.follow(f"{self.url}/evaluation")
        self.resident.send(rating="5", as_promised="yes", comment="Lovely evenings by the river.")

    def _reads(self, path: str) -> str:
        self.visitor.go(path)
        return self.visitor.text
