"""Whose windows are on an X11 display.

The X server itself says which process made a window (X-Resource), so that no program can pass for
another by what it writes about itself, and menus, tooltips and notifications, which say nothing, are told as
well. A window manager puts a program's window into a frame of its own making: there the programs count
whose windows it holds.
"""

import contextlib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import Xlib.display
import Xlib.error
import Xlib.X
from Xlib.ext import res

from customer_client.screen.display import DisplayLost
from customer_client.screen.windows import Application
from customer_client.screen.x11_connection import LOST, connected, disconnect

GONE: Final = (Xlib.error.BadWindow, Xlib.error.BadDrawable, Xlib.error.BadMatch)
"""What a window that has just been closed is answered with."""

DEPTH: Final = 3
"""So deep within a frame lies the window that it frames, at most."""

OVERLAY: Final = "_DESKSIDE_OVERLAY"
"""Marks windows of this very program that are drawn over others and cover nothing."""

_DOCKED: Final = ("_NET_WM_WINDOW_TYPE_DESKTOP", "_NET_WM_WINDOW_TYPE_DOCK")


class Owners:
    """Tells whose the windows of `display` are; what is told of one window holds until `forget`."""

    def __init__(self, display: Xlib.display.Display) -> None:
        self._display = display
        self._mask = display.display.info.resource_id_mask
        self._known: dict[int, frozenset[str]] = {}
        self._has_resources = display.query_extension(res.extname) is not None
        if self._has_resources:
            display.res_query_version()
        self._state = display.intern_atom("WM_STATE")

    def forget(self, window: int | None = None) -> None:
        """Ask anew about `window`, or about all."""
        if window is None:
            self._known.clear()
        else:
            self._known.pop(window, None)

    def of(self, window: int) -> frozenset[str]:
        """Return the keys of the applications that the topmost window `window` belongs to."""
        if window not in self._known:
            framed = [self._maker(each.id) for each in self.framed(window)]
            self._known[window] = frozenset(framed or [self._maker(window)])
        return self._known[window]

    def framed(self, window: int, depth: int = DEPTH) -> Iterator[Any]:
        """Yield the programs' own windows at or within the topmost window `window`."""
        it = self._display.create_resource_object("window", window)
        with contextlib.suppress(*GONE):
            if it.get_property(self._state, Xlib.X.AnyPropertyType, 0, 1):
                yield it
                return
            for child in it.query_tree().children if depth else ():
                yield from self.framed(child.id, depth - 1)

    def is_ours(self, window: int) -> bool:
        """Say whether this very process made the topmost window `window`."""
        return self._pid(window) == os.getpid()

    def is_the_servers(self, window: int) -> bool:
        """Say whether the X server made `window` itself, as it does for a compositor."""
        # Above 29 bits of client and resource the server marks its own.
        return not window & ~self._mask & (2**29 - 1)

    def _maker(self, window: int) -> str:
        pid = self._pid(window)
        if began := _began(pid):
            return f"{pid}.{began}"
        # Not of this machine: then the connection that it was made on.
        return f"client.{window & ~self._mask:x}"

    def _pid(self, window: int) -> int:
        if not self._has_resources:
            return 0
        asked = [{"client": window, "mask": res.LocalClientPIDMask}]
        for each in self._display.res_query_client_ids(asked).ids:
            if each.value:
                return int(each.value[0])
        return 0


def _began(pid: int) -> str:
    """Return when a process began, which no later one of the same number did."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(errors="replace")
    except OSError:
        return ""
    return stat.rpartition(")")[2].split()[19]


def applications(display: Xlib.display.Display) -> tuple[Application, ...]:
    """Return the programs with windows on `display`, by name; without panels and the desktop."""
    owners, found = Owners(display), dict[str, tuple[str, list[str]]]()
    names = [display.intern_atom(each) for each in ("_NET_WM_NAME", "_NET_WM_WINDOW_TYPE")]
    docked = {display.intern_atom(each) for each in _DOCKED}
    for window in _top(display):
        for framed in owners.framed(window):
            with contextlib.suppress(*GONE):
                kind = framed.get_full_property(names[1], Xlib.X.AnyPropertyType)
                if kind and docked & set(kind.value):
                    continue
                (key,) = owners.of(framed.id)
                title = _title(framed, names[0])
                name = (framed.get_wm_class() or ("", ""))[1] or title
                found.setdefault(key, (name, []))[1].append(title)
    listed = [Application(key, name, tuple(titles)) for key, (name, titles) in found.items()]
    return tuple(sorted(listed, key=lambda each: each.name.casefold()))


def running(name: str = "") -> tuple[Application, ...]:
    """Return the programs with windows on the display called `name`, or raise `DisplayLost`."""
    try:
        display = connected(name or os.environ.get("DISPLAY", ""))
        try:
            return applications(display)
        finally:
            disconnect(display)
    except LOST as fault:
        raise DisplayLost(str(fault)) from fault


def _top(display: Xlib.display.Display) -> Sequence[int]:
    return [each.id for each in display.screen().root.query_tree().children]


def _title(window: Any, name: int) -> str:
    found = window.get_full_property(name, Xlib.X.AnyPropertyType)
    if found and isinstance(found.value, bytes):
        return str(found.value.decode(errors="replace"))
    return str(window.get_wm_name() or "")
