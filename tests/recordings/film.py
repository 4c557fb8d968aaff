"""What a customer's screen shows while somebody works at it: drawn, so that each second can be told from its picture."""

import random
import zlib
from collections.abc import Iterator
from typing import Any, Final

from PIL import Image, ImageDraw, ImageFont

from protocol import picture as p

WIDTH, HEIGHT = 1024, 640
WHOLE: Final = p.Rectangle(0, 0, WIDTH, HEIGHT)
SCREEN: Final = p.Geometry(width=WIDTH, height=HEIGHT, sharing="screen", names=("Monitor",))

CLOCK: Final = p.Rectangle(16, 600, 24, 24)
"""A square whose colour says which second it is."""

WINDOW: Final = (120, 70, 900, 540)
WHOLE_SECONDS: Final = 60
ARROW: Final = p.CursorShape(
    hot_x=0,
    hot_y=0,
    width=12,
    height=16,
    rgba=b"".join(
        (b"\xff\xff\xff\xff" if x * 1.35 < y - 1 else b"\0\0\0\xff") if x <= y * 0.75 else bytes(4)
        for y in range(16)
        for x in range(12)
    ),
)
WORDS: Final = (
    "Dear team, the printer on the second floor reports an error again. I have tried the other tray, "
    "and turned it off and on. The lamp beside the lid is red. Could somebody have a look at it today? "
)


def colour_at(second: int) -> tuple[int, int, int]:
    """Return the colour of the square in `second`."""
    return (40 + 37 * second % 200, 40 + 91 * second % 200, 40 + 53 * second % 200)


class Film:
    """Plays for as long as it is asked to; work and rests take turns as `seed` has it."""

    def __init__(self, seed: int = 1, *, rests: bool = True) -> None:
        self._dice = random.Random(seed)
        self._rests = rests
        self._sequence = 0
        self._image = Image.new("RGB", (WIDTH, HEIGHT), (38, 82, 96))
        self._draw = ImageDraw.Draw(self._image)
        self._font = ImageFont.load_default(size=19)
        self._typed = 0
        self._at = (300.0, 300.0)
        self._goal = (300.0, 300.0)
        self._desktop()

    def _desktop(self) -> None:
        left, top, right, bottom = WINDOW
        self._draw.rectangle((0, 584, WIDTH, HEIGHT), fill=(22, 44, 54))
        self._draw.rounded_rectangle(WINDOW, 10, fill=(252, 252, 250))
        self._draw.rounded_rectangle((left, top, right, top + 36), 10, fill=(58, 110, 128))
        self._draw.text((left + 18, top + 8), "New message", "white", self._font)
        self._draw.rectangle((left, top + 60, right, bottom - 60), fill=(252, 252, 250))
        for row in range(3):
            at = 120 + row * 90
            self._draw.rounded_rectangle((24, at, 88, at + 60), 12, fill=(92 + 40 * row, 150, 160))

    def play(self, seconds: int) -> Iterator[tuple[int, p.Message]]:
        """Yield messages with their time in µs from the beginning."""
        yield 0, self._say(SCREEN, 0, WHOLE)
        yield 0, self._whole(0)
        yield 1000, self._point(1000, ARROW)
        rests_until = 0
        for second in range(seconds):
            if self._rests and second % 30 == 18:
                rests_until = second + self._dice.randrange(6, 12)
            begins = second * 1_000_000
            if second and second % WHOLE_SECONDS == 0:
                yield begins, self._whole(begins)
            if second >= rests_until:
                yield from self._second(second, begins)

    def _second(self, second: int, begins: int) -> Iterator[tuple[int, p.Message]]:
        self._draw.rectangle((CLOCK.x, CLOCK.y, CLOCK.x + 23, CLOCK.y + 23), fill=colour_at(second))
        yield begins + 2000, self._patch(begins + 2000, CLOCK)
        for tenth in range(10):
            at = begins + 3000 + tenth * 100_000
            if tenth % 3 == 0:
                yield at, self._type(at)
            yield at + 20_000, self._point(at + 20_000)

    def _type(self, at: int) -> p.Message:
        column, row = self._typed % 62, self._typed // 62 % 16
        left, top = WINDOW[0] + 24, WINDOW[1] + 66 + row * 25
        if not column and not row:
            self._draw.rectangle((left, top, WINDOW[2] - 20, WINDOW[3] - 20), fill=(252, 252, 250))
            area = p.Rectangle(left, top, WINDOW[2] - 20 - left, WINDOW[3] - 20 - top)
        else:
            area = p.Rectangle(left, top, 730, 25)
            self._draw.rectangle((left, top, left + 729, top + 24), fill=(252, 252, 250))
        line = self._typed - column
        text = "".join(WORDS[each % len(WORDS)] for each in range(line, self._typed + 1))
        self._draw.text((left, top), text, (30, 40, 46), self._font)
        self._typed += 1
        return self._patch(at, area)

    def _point(self, at: int, shape: p.CursorShape | None = None) -> p.Message:
        (x, y), (to_x, to_y) = self._at, self._goal
        if abs(x - to_x) + abs(y - to_y) < 12:
            self._goal = (self._dice.uniform(40, WIDTH - 40), self._dice.uniform(40, HEIGHT - 40))
        self._at = (x + (to_x - x) * 0.12, y + (to_y - y) * 0.12)
        cursor = p.Cursor(x=int(self._at[0]), y=int(self._at[1]), shape=shape)
        return self._say(cursor, at)

    def _whole(self, at: int) -> p.Message:
        data = zlib.compress(self._image.tobytes(), 6)
        body = p.Patch(coding="deflate", data=data)
        return self._say(body, at, WHOLE, key=True, checkpoint=at > 0)

    def _patch(self, at: int, area: p.Rectangle) -> p.Message:
        box = (area.x, area.y, area.x + area.width, area.y + area.height)
        data = zlib.compress(self._image.crop(box).tobytes(), 6)
        return self._say(p.Patch(coding="deflate", data=data), at, area)

    def _say(self, body: p.Body, at: int, *rectangles: p.Rectangle, **flags: Any) -> p.Message:
        self._sequence += 1
        return p.Message(
            stream=1,
            sequence=self._sequence,
            time=at,
            body=body,
            rectangles=rectangles,
            **flags,
        )
