"""The Merkle tree of RFC 6962: roots, proofs that a leaf is in it, proofs that it only grew.

Trees are read through `Read`, which gives the hash of a complete subtree by its level (0: leaves)
and its place on that level. What is read is therefore what tiles hold, however large the tree.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import TypeAlias

Read: TypeAlias = Callable[[int, int], bytes]
EMPTY = hashlib.sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    """The hash of a leaf."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash over two subtrees."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root(read: Read, size: int) -> bytes:
    """The root of the first `size` leaves."""
    return _subtree(read, 0, size) if size else EMPTY


def prove_inclusion(read: Read, index: int, size: int) -> list[bytes]:
    """The hashes that lead from a leaf to the root of `size` leaves, from below.

    Raises IndexError for a leaf that is not among them.
    """
    if not 0 <= index < size:
        raise IndexError(f"leaf {index} is not among {size}")
    start, end, path = 0, size, []
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append((middle, end))
            end = middle
        else:
            path.append((start, middle))
            start = middle
    return [_subtree(read, *span) for span in reversed(path)]


def prove_consistency(read: Read, old: int, new: int) -> list[bytes]:
    """The hashes that show the first `old` leaves to be those of a tree of `new`, from below.

    Raises IndexError unless 0 < `old` <= `new`: that an empty tree grew needs no proof.
    """
    if not 0 < old <= new:
        raise IndexError(f"a tree of {new} leaves did not grow from {old}")
    start, end, path = 0, new, []
    while end > old:
        middle = start + _split(end - start)
        if old <= middle:
            path.append((middle, end))
            end = middle
        else:
            path.append((start, middle))
            start = middle
    if start:
        path.append((start, end))
    return [_subtree(read, *span) for span in reversed(path)]


def includes(index: int, size: int, leaf: bytes, proof: Sequence[bytes], root_: bytes) -> bool:
    """Whether a proof leads from the hash of a leaf to the root of `size` leaves (RFC 9162)."""
    if not 0 <= index < size or not _are_hashes(leaf, root_, *proof):
        return False
    at, last, found = index, size - 1, leaf
    for other in proof:
        if last == 0:
            return False
        if at & 1 or at == last:
            found = node_hash(other, found)
            at, last = _climb(at, last)
        else:
            found = node_hash(found, other)
        at, last = at >> 1, last >> 1
    return last == 0 and found == root_


def is_consistent(
    sizes: tuple[int, int], roots: tuple[bytes, bytes], proof: Sequence[bytes]
) -> bool:
    """Whether a proof shows that a tree of the first size, with the first root, grew into the
    second (RFC 9162). Nothing is ever shown of an empty tree."""
    old, new = sizes
    if not 0 < old <= new:
        return False
    if old == new:
        return not proof and roots[0] == roots[1]
    if not proof or not _are_hashes(*roots, *proof):
        return False
    hashes = [roots[0], *proof] if old & (old - 1) == 0 else proof
    at, last = old - 1, new - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    first = second = hashes[0]
    for other in hashes[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            first, second = node_hash(other, first), node_hash(other, second)
            at, last = _climb(at, last)
        else:
            second = node_hash(second, other)
        at, last = at >> 1, last >> 1
    return last == 0 and (first, second) == roots


def _are_hashes(*found: bytes) -> bool:
    return all(len(one) == len(EMPTY) for one in found)


def _climb(at: int, last: int) -> tuple[int, int]:
    """Up to where a subtree is the right one of two, past levels on which it stands alone."""
    while at and not at & 1:
        at, last = at >> 1, last >> 1
    return at, last


def _split(size: int) -> int:
    """How many leaves are in the left one of the two subtrees: the largest power of two below."""
    return 1 << ((size - 1).bit_length() - 1)


def _subtree(read: Read, start: int, end: int) -> bytes:
    size = end - start
    if size & (size - 1) == 0:
        level = size.bit_length() - 1
        return read(level, start >> level)
    middle = start + _split(size)
    return node_hash(_subtree(read, start, middle), _subtree(read, middle, end))
