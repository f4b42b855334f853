"""The whole way of a project: planned, contracted, reported, accepted, paid, accounted for."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.errors import Conflict, Refused
from projects.states import ContractState, State
from tests.projects.works.yard import COST, YUAN, Yard


def test_a_project_goes_from_plan_to_final_account(yard: Yard) -> None:
    first, second = yard.begin(6000 * YUAN, 4000 * YUAN)
    assert yard.row().state == State.DELIVERING
    contract = yard.contract({first: 5000 * YUAN}, until=yard.at.date() + timedelta(days=30))
    yard.finish(first)
    assert yard.accepted(f"milestone:{first}") == 4750 * YUAN
    yard.pay(f"milestone:{first}", 4750 * YUAN)
    yard.finish(second, by=yard.reviewer)
    assert yard.row().state == State.COMPLETED
    with pytest.raises(Conflict):  # the retention is kept
        yard.draw()
    yard.at += timedelta(days=31)
    yard.change("retention", {"release": 250 * YUAN}, contract=contract)
    with pytest.raises(Conflict):  # it is not invoiced
        yard.draw()
    yard.books.at = yard.at
    yard.pay(f"retention:{contract}", 250 * YUAN)
    yard.draw()
    assert yard.contract_row(contract).state == ContractState.CLOSED
    with pytest.raises(Refused):  # the contractor's own people
        yard.approve_account(yard.worker)
    yard.approve_account()
    money = yard.money()
    assert yard.row().state == State.CLOSED
    assert (money.paid, money.returned, money.committed) == (5000 * YUAN, 5000 * YUAN, COST)
