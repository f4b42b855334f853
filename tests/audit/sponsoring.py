"""What partners gave, in the books of a town: pledged, paid, doubled, given back, released."""

from __future__ import annotations

from accounts.models import Area
from core.db import transaction
from ledger.accounts import cost_centre
from ledger.models import CostCentreKind, FundKind
from ledger.services.funds import open_fund
from tests.audit.exported import line
from tests.ledger.books import YUAN, Books


def add_partners(books: Books, project: int) -> tuple[int, list[int]]:
    """A call with ¥8,000 for doubling and three pledges: one released to the project, one given
    back, one in dispute. Gives the cost centres of the call and of its pledges."""
    fund, doubling = (_fund(books, kind) for kind in (FundKind.SPONSOR, FundKind.MATCHING))
    with transaction() as session:
        call = cost_centre(session, CostCentreKind.CALL, 1, {"en": "Partners wanted"})
        pledges = [
            cost_centre(session, CostCentreKind.PLEDGE, n, {"en": f"PL-00000{n}"}, call).id
            for n in (1, 2, 3)
        ]
        call_id = call.id
    line(books, "receive", 8_000 * YUAN, doubling)
    line(books, "appropriate", 8_000 * YUAN, doubling, round=call_id)
    for place, pledge in enumerate(pledges, 2):
        amount = place * 1_000 * YUAN
        for event in ("pledge", "settle"):
            line(books, event, amount, fund, pledge=pledge)
        for event in ("fee", "unrestrict"):
            line(books, event, place * 7, fund, pledge=pledge)
        line(books, "match", amount // 2, doubling, call=call_id, pledge=pledge)
    about = {"pledge": pledges[0], "project": project}
    line(books, "sponsor.commit", 2_000 * YUAN - 14, fund, **about)
    line(books, "match.commit", 1_000 * YUAN, doubling, **about)
    for event in ("give_back", "give_back.paid"):
        line(books, event, 3_000 * YUAN, fund, pledge=pledges[1])
    line(books, "unrestrict", 3_000 * YUAN - 21, fund, pledge=pledges[1])
    line(books, "unmatch", 1_500 * YUAN, doubling, call=call_id, pledge=pledges[1])
    for event in ("dispute", "unrestrict", "dispute.taken"):
        line(books, event, 1_000 * YUAN, fund, pledge=pledges[2])
    line(books, "dispute.fee", 15 * YUAN, fund)
    line(books, "payout", 1_500 * YUAN, fund)
    return call_id, pledges


def _fund(books: Books, kind: FundKind) -> int:
    with transaction() as session:
        return open_fund(
            session,
            session.get_one(Area, books.areas[-1]),
            kind=kind,
            year=2026,
            currency="CNY",
            name={"en": f"{kind.value} money"},
            planned=None,
            by_id=books.asks,
            now=books.at,
        ).id
