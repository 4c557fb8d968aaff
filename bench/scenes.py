"""What a customer's screen shows in the benchmark `picture`, drawn on an X display.

Two more are for other benchmarks: `pages` moves for a while and rests, again and again, and prints a line
when it begins to rest; `keys` changes with every key that is pressed.

Every change also redraws a clock at the top left: 26 cells of 32x48 pixels, which hold the wall clock's
milliseconds modulo 2^24, the least bit first, then their parity and its inverse, so that a torn
picture is not read. `bench/meter.js` reads it back in a browser on the same machine.
"""

import argparse
import random
import time
import tkinter as tk
from collections.abc import Callable

from PIL import Image, ImageTk

CELL_WIDTH, CELL_HEIGHT, BITS = 32, 48, 24
WIDTH, HEIGHT = 1920, 1080
FRAME_MS = 33
TYPING_MS = (120, 250)
PICTURE = (640, 360)
FRAMES = 30
PAGE = (120, 80, 864, 480)
"""A fifth of the screen."""

PAGES, REST_MS = 90, 2000
COLOURS = ("#1f2937", "#b91c1c", "#15803d", "#1d4ed8", "#a16207", "#7e22ce")
WORDS = (
    "printer", "paper", "tray", "driver", "network", "queue", "spool", "server", "restart", "error",
    "code", "toner", "cable", "settings", "account", "password", "window", "update", "install",
)  # fmt: skip


class Scene:
    """A full screen with the clock on it; `draw` changes it and says when it wants to again (ms)."""

    def __init__(self, root: tk.Tk, name: str) -> None:
        self._root = root
        self._dice = random.Random(7)
        root.overrideredirect(True)
        root.geometry(f"{WIDTH}x{HEIGHT}+0+0")
        root.configure(background="#e5e7eb")
        width = CELL_WIDTH * (BITS + 2)
        self._clock = tk.Canvas(root, width=width, height=CELL_HEIGHT, highlightthickness=0)
        self._clock.place(x=0, y=0)
        self._cells = [
            self._clock.create_rectangle(
                at * CELL_WIDTH, 0, (at + 1) * CELL_WIDTH, CELL_HEIGHT, width=0
            )
            for at in range(BITS + 2)
        ]
        self._draw: Callable[[], int] = getattr(self, f"_begin_{name}")()

    def step(self) -> None:
        """Change the scene and its clock together, and come back."""
        again = self._draw()
        stamp = int(time.time() * 1000) % 2**BITS
        bits = [stamp >> at & 1 for at in range(BITS)]
        parity = sum(bits) & 1
        for cell, bit in zip(self._cells, [*bits, parity, 1 - parity], strict=True):
            self._clock.itemconfig(cell, fill="white" if bit else "black")
        self._root.update_idletasks()
        if again:
            self._root.after(again, self.step)

    def _text(self, lines: int) -> tk.Text:
        text = tk.Text(self._root, font=("DejaVu Sans Mono", 11), background="white", borderwidth=0)
        text.place(x=120, y=80, width=1200, height=900)
        for colour in COLOURS:
            text.tag_configure(colour, foreground=colour)
        self._write(text, lines)
        return text

    def _write(self, text: tk.Text, lines: int) -> None:
        text.delete("1.0", "end")
        for _ in range(lines):
            words = " ".join(self._dice.choices(WORDS, k=self._dice.randrange(6, 16)))
            text.insert("end", words + "\n", self._dice.choice(COLOURS))

    def _begin_idle(self) -> Callable[[], int]:
        self._text(60)
        return lambda: 0

    def _begin_typing(self) -> Callable[[], int]:
        text = self._text(10)

        def type_on() -> int:
            text.insert("end", self._dice.choice("abcdefghijklmnop rstu vwxyz\n"))
            text.see("end")
            return self._dice.randint(*TYPING_MS)

        return type_on

    def _begin_fast(self) -> Callable[[], int]:
        self._text(60)
        block = tk.Canvas(self._root, width=200, height=200, highlightthickness=0)
        block.place(x=1500, y=400)
        return lambda: (block.configure(background=self._dice.choice(COLOURS)), FRAME_MS)[1]

    def _begin_scroll(self) -> Callable[[], int]:
        text = self._text(2000)
        text.see("1.0")

        def scroll() -> int:
            text.yview_scroll(1, "units")
            if text.yview()[1] >= 1:
                text.see("1.0")
            return FRAME_MS

        return scroll

    def _begin_video(self) -> Callable[[], int]:
        self._text(40)
        frames = [ImageTk.PhotoImage(each) for each in _film()]
        shown = tk.Label(self._root, borderwidth=0)
        shown.place(x=1240, y=300)
        at = 0

        def show() -> int:
            nonlocal at
            at = (at + 1) % len(frames)
            shown.configure(image=frames[at])
            return FRAME_MS

        return show

    def _begin_pages(self) -> Callable[[], int]:
        text = self._text(0)
        left, top, width, height = PAGE
        text.place(x=left, y=top, width=width, height=height)
        turn = 0

        def turn_over() -> int:
            nonlocal turn
            turn += 1
            self._write(text, 40)
            if turn % PAGES:
                return FRAME_MS
            self._root.update_idletasks()
            self._root.after(1, lambda: print("rests", flush=True))
            return REST_MS

        return turn_over

    def _begin_keys(self) -> Callable[[], int]:
        self._text(60)
        mark = tk.Canvas(self._root, width=16, height=16, highlightthickness=0)
        mark.place(x=1500, y=400)
        self._root.bind("<Key>", lambda _: self.step())
        self._root.after(100, self._root.focus_force)
        return lambda: (mark.configure(background=self._dice.choice(COLOURS)), 0)[1]


def _film() -> list[Image.Image]:
    """Return pictures that move as a film does: large soft shapes that drift, and grain."""
    dice = random.Random(3)
    base = Image.effect_noise((160, 90), 90).resize((1280, 720), Image.Resampling.BICUBIC)
    tint = Image.effect_noise((40, 30), 90).resize((1280, 720), Image.Resampling.BICUBIC)
    films = []
    for number in range(FRAMES):
        x, y = number * 12 % 600, number * 5 % 340
        box = (x, y, x + PICTURE[0], y + PICTURE[1])
        grain = Image.effect_noise(PICTURE, 8 + dice.random())
        light = Image.blend(base.crop(box), grain, 0.1)
        parts = (light, Image.blend(light, tint.crop(box), 0.2), Image.blend(light, grain, 0.3))
        films.append(Image.merge("RGB", parts))
    return films


SCENES = ("idle", "typing", "fast", "scroll", "video")
OTHERS = ("pages", "keys")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scene", choices=SCENES + OTHERS)
    root = tk.Tk()
    scene = Scene(root, parser.parse_args().scene)
    root.update()
    root.after(0, scene.step)
    root.mainloop()


if __name__ == "__main__":
    main()
