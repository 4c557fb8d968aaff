"""Draws a window in one state after another, and prints for each whether its newest line is in sight.

A process of its own: Tk holds its display for as long as a process lives, and ends it when that goes. What
begins with a minus scrolls by so many pixels.
"""

import sys
import tkinter as tk

from customer_client.window.log_part import LogPart
from customer_client.window.window import Window
from tests.customer_client.window import cases


def main(steps: list[str]) -> None:
    root = tk.Tk()
    window = Window(
        root,
        "en",
        perform=lambda *_: None,
        close=lambda: None,
        worked=lambda _: None,
        look=lambda _: None,
        is_dark=False,
    )
    states = cases.states()
    for step in steps:
        if step.startswith("-"):
            log(window).scroll(int(step))
        else:
            window.took(states[step][0])
        # What wraps tells how high it is only once it is drawn.
        for _ in range(10):
            root.update()
            # The server answers, so that it has told by then what came of it.
            root.winfo_pointerxy()
        sys.stdout.write(f"{step} {log(window).paper.yview()[1] >= 0.999}\n")
    root.destroy()


def log(window: Window) -> LogPart:
    assert window._whole
    found = window._whole.find(LogPart)
    assert isinstance(found, LogPart)
    return found


if __name__ == "__main__":
    main(sys.argv[1:])
