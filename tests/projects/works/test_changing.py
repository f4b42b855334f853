"""Changes of what was promised, amendments of contracts, cancelling, retention."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError

from accounts.models import Role
from core.errors import Conflict, DomainError, Invalid, NotFound, Refused
from ledger.models import VoucherKind
from projects.states import ContractState, MilestoneState, State, TenderState
from projects.works.jobs import close_contracts
from tests.factories import Factory
from tests.projects.works.yard import YUAN, Yard


def later(yard: Yard, days: int) -> str:
    return (yard.at.date() + timedelta(days=days)).isoformat()


def test_a_delay_is_kept_beside_the_promise(yard: Yard) -> None:
    first, _second = yard.begin()
    contract = yard.contract({first: 5000 * YUAN})
    promised = yard.milestone(first).promised_on
    yard.change("delay", {"due_on": later(yard, 120)}, first)
    milestone = yard.milestone(first)
    assert (milestone.promised_on, milestone.due_on.isoformat()) == (promised, later(yard, 120))
    assert yard.plan().ends_on.isoformat() == later(yard, 120)
    assert yard.plan().promised_ends_on is not None
    assert yard.contract_row(contract).ends_on_now.isoformat() == later(yard, 120)


@pytest.mark.parametrize(
    ("kind", "after"),
    [
        ("delay", {"due_on": "2026-03-02"}),
        ("delay", {"due_on": "soon"}),
        ("delay", {"due_on": "2099-01-01"}),
        ("delay", {}),
        ("scope", {"title": "", "about": ""}),
        ("scope", {"title": "Part 1", "about": "Wood"}),
        ("cost", {"budget": 0}),
        ("cost", {"budget": "9"}),
        ("cost", {"budget": 6000 * YUAN}),
        ("cost", {"budget": 6001 * YUAN}),
        ("cost", {"budget": 10**18}),
    ],
)
def test_a_change_that_does_not_fit_is_refused(
    yard: Yard, kind: str, after: dict[str, Any]
) -> None:
    first, _second = yard.begin()
    with pytest.raises(Invalid):
        yard.ask(kind, after, first)


def test_a_change_takes_two_people_and_is_asked_once(yard: Yard) -> None:
    first, _second = yard.begin()
    change = yard.ask("cost", {"budget": 100 * YUAN}, first)
    assert yard.ask("cost", {"budget": 100 * YUAN}, first) == change
    with pytest.raises(Conflict):
        yard.ask("cost", {"budget": 200 * YUAN}, first)
    with pytest.raises(Refused):
        yard.decide(change, by=yard.officer)
    yard.decide(change, approved=False)
    yard.decide(change, approved=False)
    with pytest.raises(Conflict):
        yard.decide(change)
    assert yard.milestone(first).budget == 6000 * YUAN


def test_a_change_of_what_has_changed_since_is_not_approved(yard: Yard) -> None:
    first, _second = yard.begin()
    change = yard.ask("cost", {"budget": 100 * YUAN}, first)
    yard.set("milestone", first, budget=50 * YUAN)
    with pytest.raises(Conflict):
        yard.decide(change)


def test_a_contract_is_amended_within_what_is_committed_and_its_text_never_changes(
    yard: Yard,
) -> None:
    first, second = yard.begin()
    contract = yard.contract({first: 5000 * YUAN, second: 4000 * YUAN})
    with pytest.raises(Invalid):
        yard.ask("cost", {"price": 6001 * YUAN}, first)
    yard.change("cost", {"price": 6000 * YUAN}, first)
    assert yard.money().contracted == 10_000 * YUAN
    yard.change("cost", {"price": 3500 * YUAN}, second)
    found = yard.contract_row(contract)
    assert (found.amount, found.amount_now) == (9000 * YUAN, 9500 * YUAN)
    assert yard.money().contracted == 9500 * YUAN
    with pytest.raises(DBAPIError):
        yard.set("contract", contract, amount=9500 * YUAN)
    with pytest.raises(DBAPIError):
        yard.set("contract", contract, terms="Something else")


def test_the_contractor_asks_but_does_not_decide(yard: Yard, make: Factory) -> None:
    first, _second = yard.begin()
    yard.contract({first: 5000 * YUAN})
    change = yard.ask("cost", {"price": 5500 * YUAN}, first, by=yard.worker)
    make.member(yard.second_officer, Role.BUSINESS, yard.books.areas[2], yard.firm)
    with pytest.raises(Refused):
        yard.decide(change)
    yard.decide(change, by=yard.reviewer)
    assert yard.milestone(first).price == 5500 * YUAN


def test_a_cancelled_part_gives_its_money_back_and_the_rest_completes(yard: Yard) -> None:
    first, second = yard.begin()
    contract = yard.contract({first: 5000 * YUAN, second: 4000 * YUAN}, retention_bp=0)
    yard.finish(first)
    yard.change("cancel", {"state": "cancelled"}, second)
    assert yard.milestone(second).state == MilestoneState.CANCELLED
    assert yard.contract_row(contract).amount_now == 5000 * YUAN
    assert yard.money().contracted == 5000 * YUAN
    assert yard.row().state == State.COMPLETED


def test_the_last_part_is_not_cancelled_alone(yard: Yard) -> None:
    first, second = yard.begin()
    contract = yard.contract({first: 5000 * YUAN})
    yard.change("cancel", {"state": "cancelled"}, first)
    assert yard.contract_row(contract).state == ContractState.TERMINATED
    with pytest.raises(Conflict):
        yard.ask("cancel", {"state": "cancelled"}, second)


def test_what_was_paid_stays_visible_when_a_project_is_given_up_half_way(
    yard: Yard, client: Any
) -> None:
    first, second = yard.begin()
    contract = yard.contract({first: 5000 * YUAN, second: 4000 * YUAN}, until=yard.at.date())
    yard.finish(first)
    yard.pay(f"milestone:{first}", 4000 * YUAN)
    waiting = yard.ask("delay", {"due_on": later(yard, 120)}, second)
    yard.change("cancel", {"state": "cancelled"})
    assert yard.row().state == State.CANCELLED
    assert yard.milestone(second).state == MilestoneState.CANCELLED
    found = yard.contract_row(contract)
    assert (found.state, found.amount_now) == (ContractState.TERMINATED, 5000 * YUAN)
    assert yard.money().contracted == 5000 * YUAN
    with pytest.raises(Conflict):
        yard.decide(waiting)
    yard.pay(f"milestone:{first}", 750 * YUAN)
    shown = client.get(f"/projects/{yard.project}").text
    assert "This project was given up" in shown
    assert "¥4,750 paid" in shown
    with pytest.raises(Conflict):
        yard.draw()
    yard.at = yard.books.at = yard.at + timedelta(days=2)
    yard.change("retention", {"release": 250 * YUAN}, contract=contract)
    yard.pay(f"retention:{contract}", 250 * YUAN)
    yard.draw()
    yard.approve_account()
    money = yard.money()
    assert yard.row().state == State.CANCELLED
    assert (money.paid, money.returned) == (5000 * YUAN, 5000 * YUAN)


def test_a_project_with_a_running_tender_is_not_given_up(yard: Yard) -> None:
    first, _second = yard.begin()
    yard.out_for_tender(first, TenderState.OPENED)
    change = yard.ask("cancel", {"state": "cancelled"})
    with pytest.raises(Conflict):
        yard.decide(change)
    with pytest.raises(Conflict):
        yard.ask("cost", {"budget": 1 * YUAN}, first)
    assert yard.row().state == State.DELIVERING


def test_the_retention_is_released_after_the_warranty_or_kept_in_part(yard: Yard) -> None:
    first, second = yard.begin()
    until = yard.at.date() + timedelta(days=30)
    contract = yard.contract({first: 5000 * YUAN, second: 3333}, until=until)
    yard.finish(first)
    with pytest.raises(Conflict):
        yard.ask("retention", {"release": 1}, contract=contract)
    yard.finish(second)
    # 166.65 fen of 3333 are rounded down to 166.
    assert yard.accepted(f"milestone:{second}") == 3333 - 166
    with pytest.raises(Conflict):
        yard.ask("retention", {"release": 1}, contract=contract)
    yard.at = yard.books.at = yard.at + timedelta(days=31)
    with pytest.raises(Invalid):
        yard.ask("retention", {"release": 250 * YUAN + 167}, contract=contract)
    yard.change("retention", {"release": 200 * YUAN}, contract=contract)
    assert yard.accepted(f"retention:{contract}") == 200 * YUAN
    assert yard.contract_row(contract).amount_now == 5000 * YUAN + 3333 - 50 * YUAN - 166
    with pytest.raises(Conflict):
        yard.ask("retention", {"release": 1}, contract=contract)
    yard.pay(f"milestone:{first}", 4750 * YUAN)
    yard.pay(f"milestone:{second}", 3333 - 166)
    close_contracts(yard.at)
    assert yard.contract_row(contract).state == ContractState.SIGNED
    yard.pay(f"retention:{contract}", 200 * YUAN)
    close_contracts(yard.at)
    assert yard.contract_row(contract).state == ContractState.CLOSED


@pytest.mark.parametrize("spoiled", ["dearer", "unaccepted", "other payee", "no work"])
def test_an_invoice_pays_for_accepted_work_only(yard: Yard, spoiled: str) -> None:
    first, second = yard.begin()
    yard.contract({first: 5000 * YUAN, second: 4000 * YUAN})
    yard.finish(first)
    amount, ref, about = 100 * YUAN, f"milestone:{first}", dict[str, Any]()
    if spoiled == "dearer":
        amount = 4751 * YUAN
    elif spoiled == "unaccepted":
        ref = f"milestone:{second}"
    elif spoiled == "other payee":
        about = {"payee_id": yard.books.payee("Somebody else")}
    else:
        about = {"work_id": None}
    with pytest.raises(DomainError):
        yard.invoice(ref, amount, **about)
    assert yard.money().invoiced == 0


def test_the_database_pays_no_more_than_was_accepted_even_by_another_way(yard: Yard) -> None:
    first, _second = yard.begin()
    yard.contract({first: 5000 * YUAN})
    with pytest.raises(DomainError):
        yard.books.book(VoucherKind.DISBURSE, 1, payee_id=yard.payee, cost_centre_id=yard.centre())


def test_there_is_no_final_account_while_something_is_open(yard: Yard) -> None:
    first, second = yard.begin()
    with pytest.raises(Conflict):
        yard.draw()
    yard.finish(first, by=yard.reviewer)
    waiting = yard.ask("delay", {"ends_on": later(yard, 120)})
    yard.finish(second, by=yard.reviewer)
    with pytest.raises(Conflict):
        yard.draw()
    yard.decide(waiting, approved=False)
    with pytest.raises(NotFound):
        yard.approve_account()
    yard.draw()
    yard.draw()
    with pytest.raises(Refused):
        yard.approve_account(yard.officer)
    yard.approve_account()
    yard.approve_account()
    with pytest.raises(Conflict):
        yard.approve_account(yard.officer)
    with pytest.raises(Conflict):
        yard.draw("Written anew")
    assert yard.money().closed_at is not None


def test_a_change_that_was_decided_says_so_to_who_asked(yard: Yard, sign_in: Any) -> None:
    first, _second = yard.begin()
    change = yard.ask("cost", {"budget": 100 * YUAN}, first)
    shown = sign_in(yard.officer).get(f"/changes/{change}").text
    assert "Take it back" in shown
    yard.decide(change)
    assert "Approved" in sign_in(yard.officer).get(f"/changes/{change}").text
