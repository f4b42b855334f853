"""Signed notes and checkpoints, against published ones and those of public logs."""

from __future__ import annotations

from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from transparency.notes import Checkpoint, Note, VerifierKey, sign
from transparency.tree import EMPTY

ECDSA = "rekor.sigstore.dev"


def test_published_notes_are_as_signed_as_they_are(vectors: Any) -> None:
    known = [case for case in vectors["signed_notes"] if not case["vkeys"][0].startswith(ECDSA)]
    assert len(known) == 9
    for case in known:
        keys = [VerifierKey.parse(text) for text in case["vkeys"]]
        assert list(map(str, keys)) == case["vkeys"]
        note = Note.parse(case["note"])
        assert str(note) == case["note"]
        if case["ok"]:
            assert note.signers(keys) == keys
        else:
            with pytest.raises(ValueError, match="does not fit the text"):
                note.signers(keys)


def test_checkpoints_of_public_logs_are_read(vectors: Any) -> None:
    notes = [Note.parse(case["note"]) for case in vectors["signed_notes"] if case.get("real_log")]
    assert len(notes) == 7
    for note in notes:
        assert str(Checkpoint.parse(note.text)) == note.text
    text = vectors["tree_text_golden"]["text"]
    assert Checkpoint.parse(text).size == 123_456_789_012


def test_bad_verifier_keys_are_refused(vectors: Any) -> None:
    other = next(c for c in vectors["signed_notes"] if c["vkeys"][0].startswith(ECDSA))
    good = vectors["signed_notes"][0]["vkeys"][0]
    bad = [*vectors["note_keyid_golden"]["bad_vkeys"], *other["vkeys"]]
    for text in [*bad, "", "name", good.replace("530d903a", "530d903b"), good[:-2], f" {good}"]:
        with pytest.raises(ValueError, match=r"verifier key|base64"):
            VerifierKey.parse(text)


@pytest.fixture
def private() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(bytes(range(32)))


def key_of(private: Ed25519PrivateKey, name: str = "log.example/one") -> VerifierKey:
    return VerifierKey(name, private.public_key().public_bytes_raw())


def test_what_is_signed_here_can_be_checked(private: Ed25519PrivateKey) -> None:
    point = Checkpoint("log.example/one", 0, EMPTY)
    note = Note.parse(str(sign(str(point), "log.example/one", private)))
    assert note.signers([key_of(private)]) == [key_of(private)]
    assert Checkpoint.parse(note.text) == point
    assert note.signers([key_of(private, "another")]) == []


def test_a_changed_text_or_signature_is_noticed(private: Ed25519PrivateKey) -> None:
    signed = str(sign("log\n5\nroot\n", "log", private))
    other = str(sign("log\n6\nroot\n", "log", private))
    wrong = signed.partition("—")[0] + "—" + other.partition("—")[2]
    for forged in (signed.replace("5", "6", 1), wrong):
        with pytest.raises(ValueError, match="does not fit the text"):
            Note.parse(forged).signers([key_of(private, "log")])


NO_NOTES = [
    "",
    "text\n",
    "text\n\n",
    "text\n\n— name AAAAAAA=",
    "text\n\n— na+me AAAAAAA=\n",
    "text\n\n- name AAAAAAA=\n",
    "text\n\n— name AAAA\n",
    "text\n\n— name ====\n",
    "te\x00xt\n\n— name AAAAAAA=\n",
    "text\n\n— name AAAAAAA=\n\n",
    "x" * 1_000_001,
]
ROOT = "A" * 43 + "="
NO_CHECKPOINTS = [
    "",
    "log\n",
    "log\n5\n",
    f"log\n05\n{ROOT}\n",
    f"log\n-1\n{ROOT}\n",
    "log\n5\nAAAA\n",
    "log\n5\n!\n",
    f"\n5\n{ROOT}\n",
    f"log\n5\n{ROOT}",
]


@pytest.mark.parametrize("note", NO_NOTES)
def test_what_is_no_note_is_refused(note: str) -> None:
    with pytest.raises(ValueError, match=r"signed note|signature line|base64"):
        Note.parse(note)


@pytest.mark.parametrize("text", NO_CHECKPOINTS)
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"checkpoint|base64"):
        Checkpoint.parse(text)


@pytest.mark.parametrize(("text", "name"), [("no break", "log"), ("text\n", "a b"), ("t\n", "a+b")])
def test_what_could_not_be_read_again_is_not_signed(
    private: Ed25519PrivateKey, text: str, name: str
) -> None:
    with pytest.raises(ValueError, match="line break"):
        sign(text, name, private)
