"""Drawing from a seed: pure, the same for whoever does it again."""

from __future__ import annotations

import hashlib
from collections import Counter

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audit.desk.drawing import at_random, by_amount, by_risk, population_sha256

UNITS = st.lists(st.integers(1, 10**9), min_size=1, max_size=60)
SEEDS = st.integers(0, 10**6).map(lambda n: hashlib.sha256(str(n).encode()).hexdigest())
# A busy machine is slow to begin with.
patient = settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)


@patient
@given(UNITS, st.integers(1, 60), SEEDS)
def test_by_amount_hits_every_interval_once_and_every_large_payment(
    amounts: list[int], size: int, seed: str
) -> None:
    units = list(enumerate(amounts, 1))
    drawn = by_amount(seed, units, size)
    assert drawn == sorted(set(drawn))
    step = max(sum(amounts) // size, 1)
    assert {ident for ident, amount in units if amount >= step} <= set(drawn)
    start = int(hashlib.sha256(f"{seed} start".encode()).hexdigest(), 16) % step
    hits = range(start, sum(amounts), step)
    ends = [sum(amounts[: place + 1]) for place in range(len(amounts))]
    again = {next(i for i, end in enumerate(ends, 1) if hit < end) for hit in hits}
    assert set(drawn) == again


@patient
@given(UNITS, st.integers(1, 60), SEEDS)
def test_random_and_risk_draw_as_many_as_asked_whatever_the_order(
    amounts: list[int], size: int, seed: str
) -> None:
    units = list(enumerate(amounts, 1))
    drawn = at_random(seed, units, size)
    assert len(drawn) == len(set(drawn)) == min(size, len(units))
    assert drawn == at_random(seed, reversed(units), size)
    heavy = by_risk(seed, units, size)
    assert heavy == by_risk(seed, reversed(units), size)
    assert min(amounts[i - 1] for i in heavy) >= max(
        (amount for i, amount in units if i not in heavy), default=0
    )


def test_chance_treats_every_payment_alike() -> None:
    units = [(ident, 1) for ident in range(10)]
    seeds = [hashlib.sha256(str(n).encode()).hexdigest() for n in range(2000)]
    counts = Counter(one for seed in seeds for one in at_random(seed, units, 3))
    assert all(480 < counts[ident] < 720 for ident in range(10))


def test_the_hash_of_a_population_is_of_its_lines() -> None:
    assert population_sha256([(1, 50), (2, 7)]) == hashlib.sha256(b"1 50\n2 7\n").hexdigest()
