"""Curves over logarithmic axes, side by side, as a picture for the documentation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, floor, log10

WIDTH, HEIGHT, LEFT, TOP, BOTTOM = 300, 240, 52, 34, 44
BLUE, GREY, INK = "#0b6bb0", "#d9d5cc", "#1d2733"


@dataclass(frozen=True, slots=True)
class Panel:
    """One curve: seconds by the size that grows."""

    name: str
    points: list[tuple[float, float]]


def draw(panels: Sequence[Panel]) -> str:
    """An SVG picture, described in words, all panels with the same seconds."""
    seconds = [y for panel in panels for _, y in panel.points]
    low, high = floor(log10(min(seconds))), ceil(log10(max(seconds)))
    shown = "".join(
        f'<g transform="translate({n * WIDTH} 0)">{_panel(panel, low, high)}</g>'
        for n, panel in enumerate(panels)
    )
    told = "; ".join(
        f"{panel.name}: {', '.join(f'{x:,} {y:.2f} s' for x, y in panel.points)}"
        for panel in panels
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="t d" '
        f'viewBox="0 0 {WIDTH * len(panels)} {HEIGHT}" font-family="sans-serif" font-size="12" '
        f'fill="{INK}"><title id="t">Seconds of a count as elections grow</title>'
        f'<desc id="d">{escape(told)}</desc>'
        f'<rect width="100%" height="100%" fill="#fff"/>{shown}</svg>\n'
    )


def _panel(panel: Panel, low: int, high: int) -> str:
    left, right = log10(panel.points[0][0]), log10(panel.points[-1][0])

    def across(x: float) -> float:
        return LEFT + (log10(x) - left) / ((right - left) or 1) * (WIDTH - LEFT - 30)

    def up(y: float) -> float:
        return TOP + (high - log10(y)) / ((high - low) or 1) * (HEIGHT - TOP - BOTTOM)

    parts = [f'<text x="{LEFT}" y="18" font-weight="bold">{escape(panel.name)}</text>']
    for power in range(low, high + 1):
        y = up(10.0**power)
        parts.append(f'<path d="M{LEFT} {y:.1f}H{WIDTH - 24}" stroke="{GREY}"/>')
        label = f"{10.0**power:g} s"
        parts.append(f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{label}</text>')
    line = " ".join(f"{across(x):.1f},{up(y):.1f}" for x, y in panel.points)
    parts.append(f'<polyline points="{line}" fill="none" stroke="{BLUE}" stroke-width="2"/>')
    for x, y in panel.points:
        parts.append(f'<circle cx="{across(x):.1f}" cy="{up(y):.1f}" r="3.5" fill="{BLUE}"/>')
    for x in (panel.points[0][0], panel.points[-1][0]):
        label = f"{x:,.0f}"
        parts.append(
            f'<text x="{across(x):.1f}" y="{HEIGHT - 22}" text-anchor="middle">{label}</text>'
        )
    return "".join(parts)
