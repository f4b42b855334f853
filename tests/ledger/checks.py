"""What must hold of the books at every moment, asked of the database itself."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.journal import FIGURES, Kind, Line, Ref, replay
from ledger.models import Account, Balance, CostCentre, Fund, Transfer, Turnover, Voucher
from ledger.posting import LEAF, entry
from tests.ledger.contract_checks import Lines, check_contracts, check_works
from transparency.models import Leaf, LeafSubject

# What the balances of these accounts come to, by fund, is what these figures say.
SAME: dict[str, tuple[Kind, ...]] = {
    "available": (Kind.ALLOCATION,),
    "uncommitted": (Kind.APPROPRIATION,),
    "open_commitments": (Kind.ENCUMBRANCE, Kind.ENCUMBRANCE_RESERVE),
    "in_bank": (Kind.BANK,),
    "owed": (Kind.VENDOR_PAYABLE,),
    "spent": (Kind.PROJECT,),
    "received": (Kind.GRANT,),
}


def check_books(session: Session) -> None:
    """Every rule at once."""
    session.rollback()
    lines = session.execute(select(*Transfer.__table__.columns).order_by(Transfer.id)).all()
    refs = refs_by_id(session)
    check_balances(session, lines, refs)
    check_turnover(session, lines)
    check_groups(session, lines)
    check_figures(session)
    check_levels(session)
    check_projects(session)
    check_contracts(lines, refs)
    check_works(session, lines)
    check_people(lines)
    check_reversals(lines)


def refs_by_id(session: Session) -> dict[int, Ref]:
    """Each account by its number."""
    rows = session.execute(
        select(Account.id, Account.fund_id, Account.kind, Account.cost_centre_id, Account.payee_id)
    )
    return {i: Ref(fund, Kind(kind), centre, payee) for i, fund, kind, centre, payee in rows}


def replayed(
    lines: Lines, refs: dict[int, Ref], until: date = date.max
) -> dict[Ref, tuple[int, int]]:
    """The debits and credits that the journal alone gives, of lines up to a day."""
    wanted = [
        Line(row.code, refs[row.debit_id], refs[row.credit_id], row.amount)
        for row in lines
        if row.effective_on <= until
    ]
    return {ref: (sums.debits, sums.credits) for ref, sums in replay(wanted).items()}


def check_balances(session: Session, lines: Lines, refs: dict[int, Ref]) -> None:
    """Kept balances are what a replay gives, and no account was ever below zero."""
    again = replayed(lines, refs)
    counted = Counter(i for row in lines for i in (row.debit_id, row.credit_id))
    rows = select(Balance.account_id, Balance.debits, Balance.credits, Balance.lines)
    kept = {i: (debits, credits_, n) for i, debits, credits_, n in session.execute(rows)}
    assert kept.keys() == refs.keys()
    for ident, ref in refs.items():
        assert kept[ident] == (*again.get(ref, (0, 0)), counted[ident]), ref.key


def check_turnover(session: Session, lines: Lines) -> None:
    """Kept sums are the sums of the lines; what undoes a line counts less."""
    sums: dict[tuple[object, ...], list[int]] = defaultdict(lambda: [0, 0])
    for row in lines:
        month = row.effective_on.replace(day=1)
        key = (row.fund_id, row.cost_centre_id or 0, row.payee_id or 0, row.code, month)
        sums[key][0] += 1
        sums[key][1] += row.amount if row.reverses_id is None else -row.amount
    kept = {
        (t.fund_id, t.cost_centre_id, t.payee_id, t.code, t.month): [t.lines, t.amount]
        for t in session.execute(select(*Turnover.__table__.columns))
    }
    assert kept == sums


def check_groups(session: Session, lines: Lines) -> None:
    """Each group stands in the public record exactly once, line by line, and is about it."""
    groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in lines:
        groups[row.group_id].append(entry(row.id, row._asdict()))
    recorded = session.execute(
        select(LeafSubject.ref, Leaf.body)
        .join(Leaf, Leaf.id == LeafSubject.leaf_id)
        .where(Leaf.type == LEAF, LeafSubject.kind == "group")
    ).all()
    assert len(recorded) == len(groups)
    for group, body in recorded:
        assert json.loads(body) == {"group": group, "lines": groups[group]}


def check_figures(session: Session) -> None:
    """Figures summed from turnover are the balances of the accounts they speak of."""
    by_code: Counter[tuple[int, str]] = Counter()
    rows = select(Turnover.fund_id, Turnover.code, func.sum(Turnover.amount))
    for fund, code, amount in session.execute(rows.group_by(Turnover.fund_id, Turnover.code)):
        by_code[fund, code] += int(amount)
    nets: Counter[tuple[int, str]] = Counter()
    kinds = select(Account.fund_id, Account.kind, Balance.net).join(Balance)
    for fund, kind, net in session.execute(kinds):
        nets[fund, kind] += net
    for fund in session.scalars(select(Fund.id)):
        for figure, kinds_ in SAME.items():
            summed = sum(sign * by_code[fund, code] for code, sign in FIGURES[figure].items())
            assert summed == sum(nets[fund, kind] for kind in kinds_), (figure, fund)


def check_levels(session: Session) -> None:
    """What levels owe each other nets to zero; none passes on more than it got."""
    rows = (
        select(Account.kind, Fund.currency, func.sum(Balance.net))
        .join(Balance)
        .join(Fund, Fund.id == Account.fund_id)
        .where(Account.kind.in_([Kind.DUE_TO_CHILD, Kind.DUE_FROM_PARENT]))
        .group_by(Account.kind, Fund.currency)
    )
    due = {(kind, currency): int(net) for kind, currency, net in session.execute(rows)}
    for (kind, currency), net in due.items():
        other = Kind.DUE_FROM_PARENT if kind == Kind.DUE_TO_CHILD else Kind.DUE_TO_CHILD
        assert due[other, currency] == net
    moved: Counter[tuple[int, str]] = Counter()
    for t in session.execute(select(Turnover.fund_id, Turnover.code, Turnover.amount)):
        moved[t.fund_id, t.code] += t.amount
    for fund in session.scalars(select(Fund.id)):
        got = sum(moved[fund, code] for code in ("receive", "allot_in", "carry_in"))
        assert moved[fund, "allot_out"] + moved[fund, "carry_out"] <= got


def check_projects(session: Session) -> None:
    """Spent and committed within what was won; paid within invoices; nothing left when closed."""
    nets: dict[int, Counter[str]] = defaultdict(Counter)
    rows = select(Account.cost_centre_id, Account.kind, Balance.net).join(Balance)
    for centre, kind, net in session.execute(rows.where(Account.cost_centre_id.is_not(None))):
        nets[centre or 0][kind] += net
    projects = select(CostCentre.id, CostCentre.cost, CostCentre.closed_at)
    for centre, cost, closed_at in session.execute(projects.where(CostCentre.kind == "project")):
        held = nets[centre]
        left = held[Kind.ENCUMBRANCE] + held[Kind.ENCUMBRANCE_RESERVE]
        assert held[Kind.PROJECT] + left <= (cost or 0)
        assert 0 <= held[Kind.VENDOR_PAYABLE] <= held[Kind.PROJECT]
        assert min(held[Kind.ENCUMBRANCE], held[Kind.ENCUMBRANCE_RESERVE]) >= 0
        if closed_at is not None:
            assert left == held[Kind.VENDOR_PAYABLE] == 0


def check_people(lines: Lines) -> None:
    """Two people stand behind every line but those a vote decided."""
    for row in lines:
        if row.code == "commit":
            assert (row.actor_id, row.approver_id) == (None, None)
        else:
            assert row.actor_id != row.approver_id
            assert None not in (row.actor_id, row.approver_id)


def check_reversals(lines: Lines) -> None:
    """Each line is undone at most once, by its exact mirror."""
    by_id = {row.id: row for row in lines}
    undone = [row.reverses_id for row in lines if row.reverses_id is not None]
    assert len(undone) == len(set(undone))
    for row in lines:
        if row.reverses_id is not None:
            first = by_id[row.reverses_id]
            assert (row.debit_id, row.credit_id) == (first.credit_id, first.debit_id)
            assert (row.code, row.amount) == (first.code, first.amount)


def bookings(session: Session) -> dict[str, Any]:
    """What a repeated operation must not change: counts of everything it writes."""
    session.rollback()
    tables = (Transfer, Leaf, Account)
    found: dict[str, Any] = {
        table.__tablename__: session.scalar(select(func.count()).select_from(table))
        for table in tables
    }
    states = session.execute(select(Voucher.id, Voucher.state).order_by(Voucher.id))
    return found | {"states": [tuple(row) for row in states]}
