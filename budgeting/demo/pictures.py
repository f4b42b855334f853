"""Illustrations for the demo's projects: a sky, hills, and paper cut-outs in front."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw

from budgeting.demo.shapes import SHAPES
from core.images import StoredImage, store_image

SIZE = (900, 600)
FINE = 2  # drawn larger, then reduced, so that edges are smooth

# Sky above, sky below, far hills, near hills, ground: one light for each place.
LIGHTS: dict[str, Sequence[str]] = {
    "wide": ("#f3d9b1", "#fdf3e0", "#b9cdbb", "#8db79f", "#dfe3c3"),
    "binhe": ("#a9cfd6", "#eef5ee", "#9cc0bd", "#6fa79d", "#d5e2cc"),
    "qingsong": ("#cfe0c3", "#f8f6e4", "#a3bf9c", "#6d9a78", "#c9d9a9"),
    "laojie": ("#e8b48d", "#fbe9cf", "#c9a58e", "#a78672", "#e6d5b8"),
}
NIGHT = ("#1f2f4d", "#56648a", "#33415f", "#273450", "#3d4658")
WATER = "#6fa9bd"

# What stands where: shape, x and y in thousandths of the picture, height likewise.
Scene = Sequence[tuple[str, int, int, int]]
SCENES: dict[str, Scene] = {
    "street": (
        *(("house", 130, 640, 300), ("house", 340, 640, 340), ("block", 800, 640, 480)),
        *(("tree", 560, 680, 300), ("bus", 480, 880, 190), ("person", 860, 860, 170)),
    ),
    "books": (
        *(("tree", 160, 700, 460), ("tree", 860, 700, 380), ("books", 500, 800, 270)),
        *(("person", 200, 900, 210), ("person", 800, 900, 180)),
    ),
    "lamp": (
        *(("house", 200, 640, 320), ("house", 480, 640, 280), ("house", 780, 640, 340)),
        *(("lamp", 300, 900, 560), ("lamp", 640, 900, 560), ("person", 480, 900, 180)),
    ),
    "cross": (
        *(("block", 190, 680, 480), ("tree", 840, 700, 420), ("cross", 500, 800, 440)),
        ("person", 730, 890, 200),
    ),
    "market": (
        *(("tree", 90, 660, 320), ("house", 820, 640, 300), ("tent", 260, 860, 360)),
        *(("tent", 620, 860, 360), ("person", 440, 920, 200), ("person", 880, 910, 200)),
    ),
    "stage": (
        *(("pine", 90, 700, 420), ("pine", 910, 700, 460), ("stage", 500, 760, 380)),
        *(("person", 330, 930, 180), ("person", 460, 940, 180), ("person", 640, 930, 180)),
    ),
    "park": (
        *(("tree", 180, 700, 440), ("tree", 330, 680, 340), ("pine", 820, 700, 460)),
        *(("bench", 620, 820, 130), ("planter", 250, 900, 120), ("person", 850, 880, 180)),
    ),
    "river": (
        *(("house", 170, 600, 300), ("house", 400, 600, 260), ("tree", 600, 610, 320)),
        *(("pine", 860, 610, 360), ("boat", 520, 850, 170)),
    ),
    "kitchen": (
        *(("house", 180, 660, 340), ("house", 830, 660, 300), ("bowl", 500, 840, 250)),
        *(("person", 250, 900, 210), ("person", 760, 900, 210)),
    ),
    "garden": (
        *(("block", 140, 660, 420), ("tree", 860, 680, 380), ("planter", 300, 800, 150)),
        *(("planter", 640, 800, 150), ("planter", 460, 930, 160), ("person", 800, 920, 200)),
    ),
    "bench": (
        *(("block", 140, 680, 460), ("block", 360, 680, 380), ("tree", 840, 720, 480)),
        *(("bench", 520, 860, 180), ("person", 780, 900, 210)),
    ),
    "bike": (
        *(("block", 170, 660, 460), ("pine", 420, 680, 340), ("tree", 860, 690, 400)),
        *(("bike", 380, 870, 210), ("bike", 660, 910, 210)),
    ),
    "play": (
        *(("pine", 120, 690, 460), ("pine", 250, 670, 360), ("block", 850, 660, 420)),
        *(("swing", 480, 860, 330), ("person", 800, 900, 160), ("person", 210, 900, 160)),
    ),
    "rain": (
        *(("house", 180, 640, 320), ("tree", 430, 660, 320), ("block", 830, 640, 460)),
        *(("umbrella", 360, 890, 280), ("umbrella", 620, 910, 300), ("planter", 850, 900, 120)),
    ),
    "ramp": (
        *(("house", 760, 650, 420), ("tree", 160, 690, 400), ("rail", 460, 880, 220)),
        ("person", 840, 900, 210),
    ),
    "talk": (
        *(("tree", 120, 680, 400), ("house", 860, 650, 320), ("speech", 350, 570, 260)),
        *(("speech", 640, 520, 230), ("person", 300, 880, 280), ("person", 540, 890, 300)),
        ("person", 740, 880, 260),
    ),
    "tree": (
        *(("house", 120, 640, 260), ("tree", 500, 800, 620), ("tree", 820, 720, 360)),
        *(("person", 330, 900, 190), ("person", 680, 890, 150)),
    ),
}


class Album:
    """Draws each picture once and stores it in ``folder`` like an uploaded photo."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.stored: dict[tuple[str, str], StoredImage] = {}

    def picture(self, scene: str, place: str) -> StoredImage:
        """The picture of ``scene`` in the light of ``place``."""
        if (scene, place) not in self.stored:
            file = BytesIO()
            draw(scene, place).save(file, "PNG", compress_level=1)
            file.seek(0)
            self.stored[scene, place] = store_image(file, self.folder)
        return self.stored[scene, place]


def draw(scene: str, place: str) -> Image.Image:
    """One picture."""
    light = NIGHT if scene == "lamp" else LIGHTS[place]
    width, height = SIZE[0] * FINE, SIZE[1] * FINE
    image = _sky(light[0], light[1]).resize((width, height))
    canvas = ImageDraw.Draw(image)
    _land(canvas, light, width, height)
    if scene == "river":
        canvas.rectangle((0, height * 0.66, width, height), fill=WATER)
        for row in range(5):
            left, top = width * (row * 37 % 60) / 100, height * (0.71 + row * 0.06)
            canvas.line((left, top, left + width * 0.3, top), fill="#a5cdd8", width=4)
    for name, x, y, size in SCENES[scene]:
        SHAPES[name](canvas, width * x / 1000, height * y / 1000, height * size / 1000)
    return image.resize(SIZE, Image.Resampling.BOX)


def _sky(above: str, below: str) -> Image.Image:
    strip = Image.new("RGB", (1, 2))
    strip.paste(above, (0, 0, 1, 1))
    strip.paste(below, (0, 1, 1, 2))
    return strip.resize((1, SIZE[1]), Image.Resampling.BILINEAR)


def _land(canvas: ImageDraw.ImageDraw, light: Sequence[str], width: int, height: int) -> None:
    """A sun or moon, two ranges of hills, and the ground."""
    disc = (width * 0.68, height * 0.1, width * 0.68 + height * 0.17, height * 0.27)
    canvas.ellipse(disc, fill="#fdf6e3")
    for colour, top, hills in ((light[2], 0.42, (0.1, 0.55, 0.95)), (light[3], 0.5, (0.3, 0.8))):
        for middle in hills:
            x, reach = width * middle, width * 0.36
            canvas.ellipse((x - reach, height * top, x + reach, height * (top + 0.6)), fill=colour)
    canvas.rectangle((0, height * 0.66, width, height), fill=light[4])
