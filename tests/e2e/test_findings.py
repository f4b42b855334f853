"""An irregularity: found by the rules, written up, answered, closed, and read by everybody."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from pypdf import PdfReader

from accounts.models import OrganisationKind, Role
from ledger.models import VoucherKind
from tests.conftest import START
from tests.e2e.conftest import PHONE, Site
from tests.e2e.players import Cast, Player
from tests.factories import Factory
from tests.ledger.books import YUAN, Books

TITLE = "一张发票付了两次"
FOUND = "两张发票金额相同，编号只差一位。请说明第二张是什么活。"
ANSWER = "第二张是重复报销，钱已经追回。"
CLOSED = "我们看到了退款的银行回单。"


def office(site: Site) -> tuple[Cast, Player, Player, Player, int]:
    """Two nearly equal invoices in the books; an auditor, a department's clerk, a visitor, and
    the city."""
    make = Factory(START)
    books = Books.open(make, START)
    city = books.areas[0]
    about: dict[str, Any] = {"cost_centre_id": books.project(), "payee_id": books.payee()}
    for _ in range(2):
        books.pay(books.book(VoucherKind.DISBURSE, 2_500 * YUAN, **about))
    audits = make.organisation(city, OrganisationKind.AUDIT)
    department = make.organisation(city, name={"en": "Parks", "zh_Hans": "园林所"})
    cast = Cast(site, {"locale": "zh_Hans", "viewport": PHONE}, START)
    return (
        cast,
        cast.player(make.staff(Role.AUDITOR, city, audits)),
        cast.player(make.staff(Role.OFFICER, city, department)),
        cast.player(None),
        city,
    )


def test_an_invoice_paid_twice_is_found_answered_closed_and_read(site: Site) -> None:
    cast, auditor, clerk, visitor, city = office(site)
    auditor.go("/desk")
    page = auditor.follow("/audit")
    auditor.send("form[action$='/runs'] button")
    cast.days_on(0)
    auditor.go("/audit")
    auditor.follow(r"/audit/flags\?rule=duplicate_invoice")
    auditor.follow("/audit/flags/[0-9]+")
    assert "¥2,500" in auditor.text
    auditor.follow(r"/audit/findings/new\?flag=[0-9]+")
    department = page.locator("[name=department] option", has_text="园林所")
    auditor.send(
        title=TITLE,
        severity="high",
        department=department.get_attribute("value"),
        text=FOUND,
        answer_days="10",
        visibility="start",
    )
    assert TITLE not in reads(visitor, "/money/findings")
    auditor.send("form[action$='/issue'] button")
    finding = page.url.removeprefix(site.url)
    assert TITLE in reads(visitor, "/money/findings")

    cast.days_on(3)
    clerk.go("/desk")
    clerk.follow(finding)
    clerk.send("form[action$='/answer'] button", text=ANSWER)
    cast.days_on(1)
    auditor.go("/audit")
    auditor.follow(finding)
    auditor.send("form[action$='/close'] button", verdict="remedied", text=CLOSED)

    visitor.go("/money")
    visitor.follow("/money/findings")
    visitor.follow("/money/findings/[0-9]+")
    for words in (TITLE, FOUND, ANSWER, CLOSED, "园林所"):
        assert words in visitor.text
    visitor.follow("/money/lines.*")
    report(visitor, f"/money/report/{city}/2026")
    assert cast.faults() == []


def reads(player: Player, path: str) -> str:
    """What somebody reads on a page."""
    player.go(path)
    return player.text


def report(visitor: Player, path: str) -> None:
    """The year's report, on the page and on paper."""
    visitor.go(path)
    link = visitor.page.locator("main a[href*='.pdf']").first.get_attribute("href")
    assert link is not None
    answer = visitor.page.request.get(link)
    assert answer.headers["content-type"] == "application/pdf"
    pages = PdfReader(BytesIO(answer.body())).pages
    assert "5,000" in "\n".join(one.extract_text() for one in pages)
