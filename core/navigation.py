"""The links in the header, the footer and the person's menu; each room adds its own."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request, url_for

from core.i18n import Message


@dataclass(frozen=True, slots=True)
class Item:
    """A link in the header, the footer or the person's menu, as shown on this page."""

    label: Message
    url: str
    active: bool


_Entry = tuple[int, Message, str]
_HEADER: list[_Entry] = []
_FOOTER: list[_Entry] = []
_PERSON: list[_Entry] = []


def add_nav(order: int, label: Message, endpoint: str) -> None:
    """Put a link to ``endpoint`` into the header; adding it again changes nothing."""
    _add(_HEADER, (order, label, endpoint))


def add_footer(order: int, label: Message, endpoint: str) -> None:
    """Put a link to ``endpoint`` into the footer; adding it again changes nothing."""
    _add(_FOOTER, (order, label, endpoint))


def add_person(order: int, label: Message, endpoint: str) -> None:
    """Put a link to ``endpoint`` into the menu of whoever is signed in; again changes nothing."""
    _add(_PERSON, (order, label, endpoint))


def _add(entries: list[_Entry], entry: _Entry) -> None:
    if all(known[2] != entry[2] for known in entries):
        entries.append(entry)
        entries.sort(key=lambda known: known[0])


def _items(entries: list[_Entry], *, by_room: bool = False) -> list[Item]:
    """The header stands for whole rooms; elsewhere a link is active on its own page only."""
    here = request.endpoint or ""
    return [
        Item(label, url_for(endpoint), endpoint == here or (by_room and _same(endpoint, here)))
        for _order, label, endpoint in entries
    ]


def _same(one: str, other: str) -> bool:
    return one.rpartition(".")[0] == other.rpartition(".")[0]


def nav_items() -> list[Item]:
    """The header's links for the current page."""
    return _items(_HEADER, by_room=True)


def footer_items() -> list[Item]:
    """The footer's links for the current page."""
    return _items(_FOOTER)


def person_items() -> list[Item]:
    """The links in the menu of whoever is signed in, for the current page."""
    return _items(_PERSON)
