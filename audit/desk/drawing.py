"""Drawing a sample from a seed: the same for whoever does it again. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

Unit = tuple[int, int]  # a voucher's identity, and its amount in minor units (or its weight)


def population_sha256(units: Iterable[Unit]) -> str:
    """SHA-256 of a population: a line ``identity amount`` for each, in order of identities."""
    seen = hashlib.sha256()
    for ident, amount in units:
        seen.update(f"{ident} {amount}\n".encode())
    return seen.hexdigest()


def rank(seed: str, ident: int) -> str:
    """Where chance puts a voucher: SHA-256 of the seed (hexadecimal, as it is published), a space
    and the identity, in hexadecimal."""
    return hashlib.sha256(f"{seed} {ident}".encode()).hexdigest()


def at_random(seed: str, units: Iterable[Unit], size: int) -> list[int]:
    """The vouchers with the smallest ranks."""
    return sorted((ident for ident, _amount in units), key=lambda one: rank(seed, one))[:size]


def by_amount(seed: str, units: Sequence[Unit], size: int) -> list[int]:
    """Every yuan has the same chance: with amounts one after the other in order of identities,
    each interval of ``total // size`` is hit at the same place, which the seed gives. A voucher
    that is hit several times is drawn once."""
    total = sum(amount for _ident, amount in units)
    step = max(total // size, 1)
    wanted = int(hashlib.sha256(f"{seed} start".encode()).hexdigest(), 16) % step
    drawn: list[int] = []
    passed = 0
    for ident, amount in units:
        passed += amount
        if passed > wanted:
            drawn.append(ident)
            wanted += ((passed - wanted - 1) // step + 1) * step
    return drawn


def by_risk(seed: str, units: Iterable[Unit], size: int) -> list[int]:
    """The heaviest first; among equals chance decides."""
    ordered = sorted(units, key=lambda unit: (-unit[1], rank(seed, unit[0])))
    return [ident for ident, _weight in ordered[:size]]
