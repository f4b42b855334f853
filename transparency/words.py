"""What the record's entries are called, and where the things that they are about have pages.

Each room names its own when it is registered: this room knows none of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from core.i18n import Message, gettext, lazy_gettext

Address: TypeAlias = Callable[[str], str | None]
_TYPES: dict[str, Message] = {}
_SUBJECTS: dict[str, tuple[Message, Address]] = {}

SIGNING: dict[str, Message] = {
    "no_key": lazy_gettext(
        "Nothing is being signed: the log's key is not there. What was signed before stays valid;"
        " newer entries can't be checked against a signature yet."
    ),
    "bad_key": lazy_gettext("Nothing is being signed: the log's key can't be read."),
    "other_name": lazy_gettext("Nothing is being signed: the key is that of another log."),
    "other_key": lazy_gettext(
        "Nothing is being signed: the key is not the one that signed before. Ask why it was"
        " changed."
    ),
    "changed_tree": lazy_gettext(
        "Nothing is being signed: what was signed before is no longer what the database holds."
        " Somebody changed the past. Keep your saved checkpoint, and ask."
    ),
    "broken": lazy_gettext(
        "The log has stopped: its tree no longer fits the entries. Somebody changed the database."
    ),
}

WITNESSING: dict[str, Message] = {
    "unreachable": lazy_gettext("It can't be reached."),
    "unknown": lazy_gettext("It does not know this log or its key."),
    "ahead": lazy_gettext("It has seen a longer log than this one: entries were taken back."),
    "inconsistent": lazy_gettext(
        "It refuses to sign: what it saw before is not the beginning of this log."
    ),
    "other_key": lazy_gettext("It signed with another key than the one we know."),
    "failed": lazy_gettext("It answered something that is no signature."),
}


def name_types(titles: Mapping[str, Message]) -> None:
    """Say what kinds of entries are called, such as ``project.submitted``."""
    _TYPES.update(titles)


def name_subject(kind: str, label: Message, address: Address) -> None:
    """Say what a kind of subject is called, and give the page of one by its reference."""
    _SUBJECTS[kind] = (label, address)


def title_of(type_: str) -> str:
    """What a kind of entry is called; its own name where no room has given it one."""
    return str(_TYPES.get(type_, type_))


def subject_link(kind: str, ref: str) -> tuple[str, str | None]:
    """A subject in words, and its page where it has one."""
    label, address = _SUBJECTS.get(kind, (kind, _nowhere))
    return gettext("%(kind)s %(number)s", kind=label, number=ref), address(ref)


def _nowhere(_ref: str) -> None:
    return None
