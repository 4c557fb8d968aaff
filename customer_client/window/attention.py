"""Calling somebody to the window: it comes forward, shakes, and its title flashes."""

import tkinter as tk
from collections.abc import Callable
from typing import Final

from protocol.fields import NudgeMeans

SHAKES: Final = (12, -12, 9, -9, 6, -6, 3, -3, 0)
SHAKE_MS: Final = 45
FLASH_MS: Final = 1_000
FORWARD_MS: Final = 400


def focused_path(root: tk.Misc) -> str:
    """Return Tk's name of what has the keyboard, if a window of ours has it; else nothing.

    tkinter's own way fails while the list of a combo box is open, which is no widget of its.
    """
    return str(root.tk.call("focus", "-displayof", "."))


def come_forward(root: tk.Tk) -> None:
    """Bring the window before all others; the keyboard goes to what had it here last."""
    root.deiconify()
    root.lift()
    root.tk.call("focus", "-force", root.tk.call("focus", "-lastfor", "."))


class Attention:
    """Calls to `root`; `names` gives the title that it has otherwise."""

    def __init__(self, root: tk.Tk, names: Callable[[], str]) -> None:
        self._root = root
        self._names = names
        self._flashing: str | None = None

    def call(
        self,
        words: str,
        *,
        still: bool,
        heard: bool,
        done: Callable[[tuple[NudgeMeans, ...]], None],
    ) -> None:
        """Call by every means there is, without movement where `still`, and tell which worked."""
        root = self._root
        come_forward(root)
        root.attributes("-topmost", True)
        worked: list[NudgeMeans] = ["title"]
        if not still:
            self._shake(root.winfo_x(), root.winfo_y(), 0)
            worked.append("shake")
        if heard:
            worked.append("sound")
        self._flash(words)

        def finish() -> None:
            root.attributes("-topmost", False)
            if focused_path(root) != "":
                worked.append("focus")
            done(tuple(worked))

        root.after(FORWARD_MS, finish)

    def _shake(self, x: int, y: int, step: int) -> None:
        if step < len(SHAKES):
            self._root.geometry(f"+{x + SHAKES[step]}+{y}")
            self._root.after(SHAKE_MS, self._shake, x, y, step + 1)

    def _flash(self, words: str) -> None:
        if self._flashing:
            self._root.after_cancel(self._flashing)
        self._tick(words, 0)

    def _tick(self, words: str, count: int) -> None:
        """At least once, and then until the window is looked at."""
        is_seen = count > 2 and focused_path(self._root) != ""
        self._root.title(self._names() if is_seen or count % 2 else words)
        self._flashing = (
            None if is_seen else self._root.after(FLASH_MS, self._tick, words, count + 1)
        )
