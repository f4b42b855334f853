"""What partners do in the demo: eight businesses, two calls, and pledges in every state."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sponsorship.demo.calls import tell_calls
from sponsorship.demo.cast import tell_businesses
from sponsorship.demo.gifts import tell_pledges
from sponsorship.demo.stage import Event, Stage, Story


def partners(xinghe: Story) -> Iterator[Event]:
    """Everything that partners and those who deal with them do."""
    content: dict[str, Any] = json.loads((Path(__file__).parent / "content.json").read_text())
    stage = Stage(xinghe, content)
    yield from tell_businesses(stage)
    yield from tell_calls(stage)
    yield from tell_pledges(stage)
    # What targets and late payers come to is done before anybody goes on.
    xinghe.pauses.extend(xinghe.hour(days, 23) for days in (-10, -9, -8, -6, -5))
