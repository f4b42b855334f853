"""The paper cut-outs from which the demo's pictures are put together.

Every shape stands at ``(x, y)``, its foot in pixels of the canvas, and is about ``s`` pixels
high.
"""

from __future__ import annotations

from collections.abc import Callable

from PIL.ImageDraw import ImageDraw

Shape = Callable[[ImageDraw, float, float, float], None]

INK = "#1c2530"
JADE, JADE_DARK, JADE_SOFT = "#0e6b5c", "#0a4a40", "#7fb5a8"
SEAL, GOLD, GOLD_SOFT = "#a8321c", "#b07d1c", "#e3bd6a"
BLUE, WOOD, STONE, PAPER = "#3f78b5", "#8a5a3b", "#c9c2b2", "#fbf7ee"
SKIN = "#e8b78f"


def tree(d: ImageDraw, x: float, y: float, s: float) -> None:
    """A round tree."""
    d.rectangle((x - s * 0.05, y - s * 0.45, x + s * 0.05, y), fill=WOOD)
    d.ellipse((x - s * 0.3, y - s, x + s * 0.3, y - s * 0.32), fill=JADE)
    d.ellipse((x - s * 0.08, y - s * 0.92, x + s * 0.28, y - s * 0.5), fill=JADE_SOFT)


def pine(d: ImageDraw, x: float, y: float, s: float) -> None:
    """A pine of three layers."""
    d.rectangle((x - s * 0.04, y - s * 0.25, x + s * 0.04, y), fill=WOOD)
    for foot, top, half in ((0.15, 0.55, 0.32), (0.4, 0.8, 0.25), (0.62, 1.0, 0.18)):
        d.polygon(
            ((x - s * half, y - s * foot), (x, y - s * top), (x + s * half, y - s * foot)),
            fill=JADE_DARK,
        )


def house(d: ImageDraw, x: float, y: float, s: float) -> None:
    """A white house with an upturned grey roof."""
    d.rectangle((x - s * 0.45, y - s * 0.62, x + s * 0.45, y), fill=PAPER)
    roof = ((-0.62, 0.56), (-0.5, 0.66), (-0.3, 0.92), (0.3, 0.92), (0.5, 0.66), (0.62, 0.56))
    d.polygon([(x + s * a, y - s * b) for a, b in roof], fill="#4a5560")
    d.rectangle((x - s * 0.1, y - s * 0.34, x + s * 0.1, y), fill=SEAL)
    for side in (-0.34, 0.2):
        d.rectangle(
            (x + s * side, y - s * 0.48, x + s * (side + 0.14), y - s * 0.3), fill=GOLD_SOFT
        )


def block(d: ImageDraw, x: float, y: float, s: float) -> None:
    """A block of flats."""
    d.rectangle((x - s * 0.26, y - s, x + s * 0.26, y), fill="#e9dfcc")
    for row in range(5):
        for column in range(3):
            left, top = x - s * 0.19 + column * s * 0.145, y - s * 0.93 + row * s * 0.17
            warm = (row * 2 + column) % 4 == 0
            fill = GOLD_SOFT if warm else "#8fb0bd"
            d.rectangle((left, top, left + s * 0.09, top + s * 0.09), fill=fill)
    d.rectangle((x - s * 0.05, y - s * 0.12, x + s * 0.05, y), fill=WOOD)


def person(d: ImageDraw, x: float, y: float, s: float) -> None:
    """Somebody standing; the colour of the coat depends on the place."""
    coat = (SEAL, BLUE, GOLD, JADE_DARK)[int(x / 7) % 4]
    d.rectangle((x - s * 0.09, y - s * 0.3, x + s * 0.09, y), fill=INK)
    d.rounded_rectangle((x - s * 0.17, y - s * 0.72, x + s * 0.17, y - s * 0.24), s * 0.1, coat)
    d.ellipse((x - s * 0.13, y - s, x + s * 0.13, y - s * 0.72), fill=SKIN)
    d.pieslice((x - s * 0.14, y - s * 1.02, x + s * 0.14, y - s * 0.74), 180, 360, fill=INK)


def lamp(d: ImageDraw, x: float, y: float, s: float) -> None:
    """A street lamp and its light."""
    d.polygon(((x, y - s * 0.9), (x - s * 0.3, y), (x + s * 0.3, y)), fill="#f7e3a8")
    d.rectangle((x - s * 0.02, y - s * 0.9, x + s * 0.02, y), fill=INK)
    d.polygon(((x - s * 0.12, y - s * 0.86), (x, y - s), (x + s * 0.12, y - s * 0.86)), fill=INK)


def bench(d: ImageDraw, x: float, y: float, s: float) -> None:
    """A wooden bench with a back."""
    for top in (0.95, 0.72):
        d.rectangle((x - s, y - s * top, x + s, y - s * (top - 0.16)), fill=WOOD)
    d.rectangle((x - s * 1.05, y - s * 0.5, x + s * 1.05, y - s * 0.36), fill="#a06c49")
    for leg in (-0.85, 0.75):
        d.rectangle((x + s * leg, y - s * 0.36, x + s * (leg + 0.1), y), fill=INK)


def bike(d: ImageDraw, x: float, y: float, s: float) -> None:
    """A bicycle."""
    width = max(2, round(s * 0.06))
    for wheel in (-0.55, 0.55):
        left = x + s * (wheel - 0.32)
        d.ellipse((left, y - s * 0.64, left + s * 0.64, y), outline=INK, width=width)
    frame = ((-0.55, 0.32), (-0.2, 0.78), (0.4, 0.78), (0.02, 0.32), (-0.55, 0.32))
    d.line([(x + s * a, y - s * b) for a, b in frame], fill=SEAL, width=width)
    d.line(((x + s * 0.55, y - s * 0.32), (x + s * 0.36, y - s)), fill=SEAL, width=width)
    d.line(((x + s * 0.24, y - s), (x + s * 0.5, y - s)), fill=INK, width=width)
    d.line(((x - s * 0.34, y - s * 0.86), (x - s * 0.08, y - s * 0.86)), fill=INK, width=width)


def bus(d: ImageDraw, x: float, y: float, s: float) -> None:
    """A small bus."""
    d.rounded_rectangle((x - s, y - s * 0.95, x + s, y - s * 0.14), s * 0.14, JADE)
    d.rectangle((x - s, y - s * 0.4, x + s, y - s * 0.3), fill=GOLD_SOFT)
    for left in (-0.88, -0.46, -0.04, 0.38):
        d.rectangle((x + s * left, y - s * 0.84, x + s * (left + 0.34), y - s * 0.5), fill=PAPER)
    for wheel in (-0.55, 0.5):
        d.ellipse((x + s * (wheel - 0.16), y - s * 0.3, x + s * (wheel + 0.16), y), fill=INK)


def books(d: ImageDraw, x: float, y: float, s: float) -> None:
    """A row of books on a shelf."""
    colours = (SEAL, JADE, GOLD, BLUE, JADE_DARK, "#c96f4a", GOLD_SOFT)
    left = x - s
    for index, colour in enumerate(colours * 2):
        width = s * (0.12 + 0.05 * (index % 3))
        d.rectangle((left, y - s * (0.7 + 0.1 * (index * 5 % 4)), left + width, y), fill=colour)
        left += width + s * 0.01
        if left > x + s * 0.9:
            break
    d.rectangle((x - s * 1.1, y, x + s * 1.1, y + s * 0.09), fill=WOOD)


def tent(d: ImageDraw, x: float, y: float, s: float) -> None:
    """A market stall with a striped awning."""
    d.rectangle((x - s * 0.5, y - s * 0.36, x + s * 0.5, y), fill=WOOD)
    for post in (-0.5, 0.46):
        d.rectangle((x + s * post, y - s * 0.8, x + s * (post + 0.04), y), fill=INK)
    for stripe in range(6):
        left = x - s * 0.6 + stripe * s * 0.2
        fill = SEAL if stripe % 2 else PAPER
        d.rectangle((left, y - s, left + s * 0.2, y - s * 0.72), fill=fill)
        d.pieslice((left, y - s * 0.82, left + s * 0.2, y - s * 0.62), 0, 180, fill=fill)
    for fruit in range(5):
        left = x - s * 0.42 + fruit * s * 0.17
        d.ellipse((left, y - s * 0.47, left + s * 0.15, y - s * 0.32), fill=(GOLD, JADE)[fruit % 2])


def stage(d: ImageDraw, x: float, y: float, s: float) -> None:
    """An old opera stage with its curved roof and lanterns."""
    d.rectangle((x - s * 0.9, y - s * 0.22, x + s * 0.9, y), fill=STONE)
    d.rectangle((x - s * 0.7, y - s * 0.72, x + s * 0.7, y - s * 0.22), fill="#6b2a1d")
    for post in (-0.72, -0.26, 0.2, 0.66):
        d.rectangle((x + s * post, y - s * 0.74, x + s * (post + 0.06), y - s * 0.22), fill=SEAL)
    roof = ((-1.1, 0.78), (-0.9, 0.74), (0.9, 0.74), (1.1, 0.78), (0.7, 0.94), (0.45, 1.18))
    left = ((-0.45, 1.18), (-0.7, 0.94))
    d.polygon([(x + s * a, y - s * b) for a, b in roof + left], fill="#3b444d")
    for lantern in (-0.5, 0.5):
        middle = x + s * lantern
        d.ellipse((middle - s * 0.08, y - s * 0.7, middle + s * 0.08, y - s * 0.54), fill=GOLD_SOFT)


def swing(d: ImageDraw, x: float, y: float, s: float) -> None:
    """A swing and a slide."""
    width = max(2, round(s * 0.05))
    for foot, top in ((-1.0, -0.8), (-0.6, -0.8), (0.2, 0.0), (-0.2, 0.0)):
        d.line(((x + s * foot, y), (x + s * top, y - s)), fill=SEAL, width=width)
    d.line(((x - s * 0.8, y - s), (x, y - s)), fill=SEAL, width=width)
    for rope in (-0.52, -0.3):
        d.line(((x + s * rope, y - s), (x + s * rope, y - s * 0.3)), fill=INK, width=2)
    d.rectangle((x - s * 0.58, y - s * 0.32, x - s * 0.24, y - s * 0.25), fill=WOOD)
    d.line(((x + s * 0.45, y - s * 0.85), (x + s * 1.2, y)), fill=GOLD, width=width * 3)
    d.line(((x + s * 0.45, y - s * 0.9), (x + s * 0.45, y)), fill=JADE, width=width * 2)


def planter(d: ImageDraw, x: float, y: float, s: float) -> None:
    """A planting box in flower."""
    for index in range(7):
        stem = x - s * 0.8 + index * s * 0.26
        top = y - s * (0.72 + 0.16 * (index % 3))
        d.line(((stem, y - s * 0.4), (stem, top)), fill=JADE, width=max(2, round(s * 0.05)))
        colour = (SEAL, GOLD_SOFT, "#c96f4a")[index % 3]
        d.ellipse((stem - s * 0.12, top - s * 0.12, stem + s * 0.12, top + s * 0.12), fill=colour)
    d.rectangle((x - s, y - s * 0.45, x + s, y), fill=WOOD)


def boat(d: ImageDraw, x: float, y: float, s: float) -> None:
    """A covered river boat."""
    d.polygon(
        ((x - s, y - s * 0.3), (x + s, y - s * 0.3), (x + s * 0.7, y), (x - s * 0.7, y)), fill=WOOD
    )
    d.pieslice((x - s * 0.5, y - s * 0.75, x + s * 0.5, y + s * 0.1), 180, 360, fill=INK)


def rail(d: ImageDraw, x: float, y: float, s: float) -> None:
    """A ramp with a handrail."""
    d.polygon(((x - s * 1.6, y), (x + s * 1.4, y), (x + s * 1.4, y - s * 0.5)), fill=STONE)
    width = max(3, round(s * 0.05))
    d.line(((x - s * 1.5, y - s * 0.5), (x + s * 1.4, y - s)), fill=JADE, width=width)
    for step in range(5):
        left, rise = x - s * 1.45 + step * s * 0.7, step * s * 0.115
        d.line(((left, y - rise), (left, y - s * 0.5 - rise)), fill=JADE, width=width)


def cross(d: ImageDraw, x: float, y: float, s: float) -> None:
    """A first-aid cabinet on a wall."""
    d.rounded_rectangle((x - s * 0.42, y - s, x + s * 0.42, y), s * 0.08, PAPER)
    d.rectangle((x - s * 0.11, y - s * 0.82, x + s * 0.11, y - s * 0.22), fill=SEAL)
    d.rectangle((x - s * 0.3, y - s * 0.63, x + s * 0.3, y - s * 0.41), fill=SEAL)


def bowl(d: ImageDraw, x: float, y: float, s: float) -> None:
    """A steaming bowl of rice."""
    d.pieslice((x - s * 0.7, y - s * 0.95, x + s * 0.7, y - s * 0.15), 180, 360, fill=PAPER)
    d.pieslice((x - s * 0.8, y - s * 1.2, x + s * 0.8, y), 0, 180, fill=BLUE)
    for offset in (-0.3, 0.0, 0.3):
        box = (x + s * (offset - 0.1), y - s * 1.5, x + s * (offset + 0.1), y - s * 1.1)
        d.arc(box, 90, 270, fill=PAPER, width=max(2, round(s * 0.05)))


def umbrella(d: ImageDraw, x: float, y: float, s: float) -> None:
    """Somebody under an umbrella."""
    person(d, x, y, s * 0.7)
    d.line(((x + s * 0.16, y - s * 0.3), (x + s * 0.16, y - s * 0.9)), fill=INK, width=3)
    d.pieslice((x - s * 0.36, y - s * 1.1, x + s * 0.68, y - s * 0.3), 180, 360, fill=GOLD)


def speech(d: ImageDraw, x: float, y: float, s: float) -> None:
    """A speech bubble."""
    d.rounded_rectangle((x - s * 0.7, y - s, x + s * 0.7, y - s * 0.25), s * 0.2, PAPER)
    d.polygon(((x - s * 0.2, y - s * 0.3), (x + s * 0.15, y - s * 0.3), (x - s * 0.3, y)), PAPER)
    for dot in (-0.3, 0.0, 0.3):
        middle = x + s * dot
        d.ellipse((middle - s * 0.07, y - s * 0.7, middle + s * 0.07, y - s * 0.56), fill=JADE)


SHAPES: dict[str, Shape] = {
    made.__name__: made
    for made in (
        *(tree, pine, house, block, person, lamp, bench, bike, bus, books, tent, stage, swing),
        *(planter, boat, rail, cross, bowl, umbrella, speech),
    )
}
