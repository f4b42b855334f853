"""The tree against published vectors, and against itself."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transparency.tree import (
    EMPTY,
    Read,
    includes,
    is_consistent,
    leaf_hash,
    node_hash,
    prove_consistency,
    prove_inclusion,
    root,
)


def reader(leaves: Sequence[bytes]) -> Read:
    """Reads the tree over some leaves."""

    @cache
    def read(level: int, place: int) -> bytes:
        if level == 0:
            return leaf_hash(leaves[place])
        return node_hash(read(level - 1, 2 * place), read(level - 1, 2 * place + 1))

    return read


def numbered(size: int) -> Read:
    return reader([str(number).encode() for number in range(size)])


def test_hashes_of_published_leaves_and_nodes(vectors: Any) -> None:
    found = vectors["rfc6962_hasher"]
    assert EMPTY.hex() == found["empty"]
    assert leaf_hash(b"").hex() == found["leaf_of_empty"]
    assert leaf_hash(b"L123456").hex() == found["leaf_L123456"]
    assert node_hash(b"N123", b"N456").hex() == found["node_N123_N456"]


def test_roots_of_every_published_size(vectors: Any) -> None:
    found = vectors["rfc6962_tree"]
    leaves = [bytes.fromhex(text) for text in found["leaf_inputs_hex"]]
    read = reader(leaves)
    assert [root(read, size).hex() for size in range(9)] == found["root_hex_by_size"]


def decoded(text: str | None) -> bytes:
    return base64.b64decode(text or "")


def hashes(case: Any) -> list[bytes]:
    return [decoded(text) for text in case["proof"] or ()]


def test_published_proofs_of_inclusion(vectors: Any) -> None:
    cases = vectors["rfc6962_inclusion_proofs"]["cases"]
    assert len(cases) == 98
    for case in cases:
        leaf, expected = decoded(case["leafHash"]), decoded(case["root"])
        answer = includes(case["leafIdx"], case["treeSize"], leaf, hashes(case), expected)
        assert answer != case["wantErr"], case["file"]


def test_published_proofs_of_consistency(vectors: Any) -> None:
    cases = vectors["rfc6962_consistency_proofs"]["cases"]
    assert len(cases) == 98
    for case in cases:
        sizes = case["size1"], case["size2"]
        roots = decoded(case["root1"]), decoded(case["root2"])
        assert is_consistent(sizes, roots, hashes(case)) != case["wantErr"], case["file"]


def test_an_entry_of_a_public_log_is_in_its_tree(vectors: Any) -> None:
    entry = vectors["real_rekor_inclusion"]["entry"]
    proof = entry["verification"]["inclusionProof"]
    path = [bytes.fromhex(text) for text in proof["hashes"]]
    leaf, expected = leaf_hash(decoded(entry["body"])), bytes.fromhex(proof["rootHash"])
    assert includes(proof["logIndex"], proof["treeSize"], leaf, path, expected)
    assert not includes(proof["logIndex"] - 1, proof["treeSize"], leaf, path, expected)


@given(st.integers(1, 300), st.data())
def test_every_proof_made_here_holds_and_no_other_does(size: int, data: st.DataObject) -> None:
    read = numbered(size)
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
    whole = root(read, size)
    path = prove_inclusion(read, index, size)
    assert includes(index, size, read(0, index), path, whole)
    assert not includes(index, size, leaf_hash(b"another"), path, whole)
    assert not includes(index, size, read(0, index), [*path, whole], whole)
    roots = root(read, old), whole
    proof = prove_consistency(read, old, size)
    assert is_consistent((old, size), roots, proof)
    assert not is_consistent((old, size), (EMPTY, whole), proof)
    assert not is_consistent((old, size), roots, [*proof, whole])


@pytest.mark.parametrize(("index", "size"), [(0, 0), (3, 3), (-1, 3)])
def test_no_proof_for_what_is_not_there(index: int, size: int) -> None:
    with pytest.raises(IndexError):
        prove_inclusion(numbered(size), index, size)
    assert not includes(index, size, EMPTY, [], EMPTY)


@pytest.mark.parametrize(("old", "new"), [(0, 0), (0, 3), (4, 3)])
def test_no_proof_that_a_tree_grew_from_nothing_or_shrank(old: int, new: int) -> None:
    with pytest.raises(IndexError):
        prove_consistency(numbered(new), old, new)
    assert not is_consistent((old, new), (EMPTY, EMPTY), [])
