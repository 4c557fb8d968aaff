"""The windows of a macOS desktop, behind the seam of `windows.py`.

NOT RUN HERE: written by the documents of Quartz Window Services (CGWindowListCopyWindowInfo lists windows from
the topmost down; CGWindowListCreateImage with kCGWindowListOptionIncludingWindow draws one window by itself,
without what lies over it). It wants pyobjc-framework-Quartz, and the customer's permission to record the
screen. Nothing uses it before somebody has tried it on a Mac; `why_not` still offers the browser there.
"""

import importlib
from collections.abc import Sequence
from typing import Any

import numpy as np

from customer_client.screen.pixels import Picture, Unequal, picture
from customer_client.screen.windows import Application, Pane
from protocol.picture import Rectangle


class QuartzPanes:
    """The windows of this desktop; those of `applications`, by their keys, may be shown."""

    def __init__(self, applications: frozenset[str]) -> None:
        self._quartz: Any = importlib.import_module("Quartz")
        self.applications = applications

    def panes(self) -> Sequence[Pane]:
        """Return all windows that can be seen, from the lowest to the topmost."""
        found = [
            Pane(
                each["kCGWindowNumber"] if self._key(each) in self.applications else 0,
                (self._place(each),),
            )
            for each in self._seen()
        ]
        return found[::-1]

    def listed(self) -> tuple[Application, ...]:
        """Return the programs with ordinary windows."""
        found: dict[str, tuple[str, list[str]]] = {}
        for each in self._seen():
            if each.get("kCGWindowLayer", 0) == 0:
                name = str(each.get("kCGWindowOwnerName", ""))
                _, titles = found.setdefault(self._key(each), (name, []))
                titles.append(str(each.get("kCGWindowName", "")))
        return tuple(Application(key, name, tuple(each)) for key, (name, each) in found.items())

    def pixels(self, number: int, rectangle: Rectangle) -> tuple[Picture, Unequal] | None:
        """Return what the window `number` draws of itself at `rectangle` of the screen."""
        quartz = self._quartz
        image = quartz.CGWindowListCreateImage(
            quartz.CGRectMake(*rectangle),
            quartz.kCGWindowListOptionIncludingWindow,
            number,
            quartz.kCGWindowImageBoundsIgnoreFraming | quartz.kCGWindowImageNominalResolution,
        )
        if not image:
            return None
        width, height = quartz.CGImageGetWidth(image), quartz.CGImageGetHeight(image)
        stride = quartz.CGImageGetBytesPerRow(image)
        data = bytes(quartz.CGDataProviderCopyData(quartz.CGImageGetDataProvider(image)))
        rows = np.frombuffer(data, np.uint8).reshape(height, stride)[:, : 4 * width]
        part = picture(bytearray(rows.tobytes()), width, height)
        return part, np.ones(part.shape, np.bool_)

    def _seen(self) -> Sequence[Any]:
        quartz = self._quartz
        listed: Sequence[Any] = quartz.CGWindowListCopyWindowInfo(
            quartz.kCGWindowListOptionOnScreenOnly, quartz.kCGNullWindowID
        )
        return listed

    def _place(self, window: Any) -> Rectangle:
        at = window["kCGWindowBounds"]
        return Rectangle(int(at["X"]), int(at["Y"]), int(at["Width"]), int(at["Height"]))

    def _key(self, window: Any) -> str:
        return str(window["kCGWindowOwnerPID"])
