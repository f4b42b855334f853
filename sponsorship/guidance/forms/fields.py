"""Fields that the forms of guidance share."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wtforms import SelectMultipleField
from wtforms.widgets import CheckboxInput, ListWidget

from core.forms import options
from core.i18n import Message


def tick_names(label: Message, choices: Iterable[tuple[Any, Message]], **more: Any) -> Any:
    """A list of boxes to tick."""
    return SelectMultipleField(
        label,
        choices=options(choices),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        **more,
    )
