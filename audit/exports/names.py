"""Account names that bookkeeping tools take, and that stay the same for ever. Pure."""

from __future__ import annotations

from ledger.journal import ASSETS, EXPENSES, FREE, INCOME, LIABILITIES, Kind

_ROOTS = ((ASSETS, "Assets"), (LIABILITIES, "Liabilities"), (INCOME, "Income"))


def account_name(
    kind: str, fund_id: int, centre: tuple[str, int] | None = None, payee_id: int | None = None
) -> str:
    """Such as ``Assets:Bank:Fund12`` or ``Expenses:Project:Fund12:Project34:Payee5``.

    ``centre`` is the kind of a cost centre and its number there. No account's name begins with
    another's, as tools count what is below an account to it.
    """
    # What is promised by contract lies apart from what is left for it.
    said = "contract" if kind == Kind.ENCUMBRANCE and payee_id is not None else kind
    parts = [_root(Kind(kind)), said.replace("_", " ").title().replace(" ", ""), f"Fund{fund_id}"]
    if centre is not None:
        parts.append(f"{centre[0].title()}{centre[1]}")
    elif kind in FREE:
        parts.append("General")
    if payee_id is not None:
        parts.append(f"Payee{payee_id}")
    return ":".join(parts)


def _root(kind: Kind) -> str:
    named = next((name for kinds, name in _ROOTS if kind in kinds), None)
    return named or ("Expenses" if kind in EXPENSES else "Equity")
