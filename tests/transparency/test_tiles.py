"""Tiles: grown step by step they are those of the whole tree, and read back as it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.transparency.test_tree import numbered
from transparency import tree
from transparency.tiles import (
    HASH,
    WIDTH,
    At,
    edge_places,
    grow,
    parse_path,
    path_of,
    reader,
)

LEAVES = [tree.leaf_hash(str(number).encode()) for number in range(66_000)]


def grown(steps: list[int]) -> tuple[int, dict[At, bytes]]:
    """Tiles after some growing, each time with nothing but the partial ones."""
    tiles: dict[At, bytes] = {}
    size = 0
    for step in steps:
        edge = {at: tiles[at] for at in edge_places(size)}
        tiles |= grow(size, edge, LEAVES[size : size + step])
        size += step
    return size, tiles


@settings(deadline=None)
@given(st.lists(st.one_of(st.integers(1, 5), st.integers(200, 600)), min_size=1, max_size=8))
def test_tiles_are_the_tree_however_it_grew(steps: list[int]) -> None:
    size, tiles = grown(steps)
    assert (size, tiles) == grown([size])
    assert tree.root(reader(tiles), size) == tree.root(numbered(size), size)


def test_tiles_of_a_large_tree_are_as_the_specification_counts_them() -> None:
    size, tiles = grown([65_535, 1, 464])
    partial = {at: len(data) // HASH for at, data in tiles.items() if len(data) < WIDTH * HASH}
    assert partial == {(0, 257): 208, (1, 1): 1, (2, 0): 1}
    assert sorted(partial) == edge_places(size)
    assert tree.root(reader(tiles), size) == tree.root(numbered(size), size)


def test_growing_on_a_tile_that_was_cut_is_refused() -> None:
    _, tiles = grown([300])
    short = {(0, 1): tiles[0, 1][:-HASH], (1, 0): tiles[1, 0]}
    with pytest.raises(ValueError, match="tile 0/1"):
        grow(300, short, LEAVES[300:301])


def test_a_hash_that_tiles_lack_is_not_made_up() -> None:
    read = reader(grown([300])[1])
    with pytest.raises(LookupError, match="tile 0/1"):
        read(0, 300)
    with pytest.raises(LookupError):
        read(9, 1)


@pytest.mark.parametrize(
    ("place", "width", "path"),
    [
        (0, 256, "000"),
        (1_234_067, 256, "x001/x234/067"),
        (1_000, 17, "x001/000.p/17"),
        (999, 255, "999.p/255"),
    ],
)
def test_addresses_of_tiles_are_those_of_the_specification(
    place: int, width: int, path: str
) -> None:
    assert path_of(place, width) == path
    assert parse_path(path) == (place, width)


@pytest.mark.parametrize(
    "path",
    ["", "1", "0001", "x000/001", "x001/x234", "000.p/256", "000.p/0", "000.p/01", "000/", "-01"],
)
def test_other_addresses_are_none(path: str) -> None:
    assert parse_path(path) is None
