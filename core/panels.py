"""Parts that upper rooms put on lower rooms' pages, without being imported by them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import render_template
from markupsafe import Markup
from sqlalchemy.orm import Session

# A query gets the page's subject and gives the template's values, or None to show nothing.
Query = Callable[[Session, Any], dict[str, Any] | None]


@dataclass(frozen=True, slots=True)
class Panel:
    """One part of a page: where, in which order, how to fetch and how to show it."""

    slot: str
    order: int
    query: Query
    template: str


_PANELS: list[Panel] = []


def add_panel(slot: str, order: int, query: Query, template: str) -> None:
    """Register a panel in ``slot``; adding the same one again changes nothing."""
    panel = Panel(slot, order, query, template)
    if panel not in _PANELS:
        _PANELS.append(panel)
        _PANELS.sort(key=lambda p: (p.slot, p.order))


def render_panels(session: Session, slot: str, subject: Any = None) -> list[Markup]:
    """The panels of ``slot`` that have something to show, rendered, in their order."""
    shown = (
        (panel, values)
        for panel in _PANELS
        if panel.slot == slot and (values := panel.query(session, subject)) is not None
    )
    return [_render(panel, subject, values) for panel, values in shown]


def _render(panel: Panel, subject: Any, values: dict[str, Any]) -> Markup:
    html = render_template(panel.template, subject=subject, **values)
    return Markup(html)  # nosec B704  # our own autoescaped templates
