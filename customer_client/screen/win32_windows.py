"""The windows of a Windows desktop, behind the seam of `windows.py`.

NOT RUN HERE: written by the documents of Win32 (EnumWindows gives the order from the topmost down;
PrintWindow with PW_RENDERFULLCONTENT, Windows 8.1 and later, draws a window's own content, whatever lies over
it). Nothing uses it before somebody has tried it on Windows; `why_not` still offers the browser there.
"""

import ctypes
from collections.abc import Iterator, Sequence
from ctypes import wintypes
from typing import Any, Final

import numpy as np

from customer_client.screen.pixels import Picture, Unequal, picture
from customer_client.screen.windows import Application, Pane
from protocol.picture import Rectangle

_CLOAKED: Final = 14
_FRAME: Final = 9
_RENDER_FULL_CONTENT: Final = 2
_QUERY_LIMITED: Final = 0x1000


class _Header(ctypes.Structure):
    _fields_ = (
        ("size", wintypes.DWORD),
        ("width", wintypes.LONG),
        ("height", wintypes.LONG),
        ("planes", wintypes.WORD),
        ("bits", wintypes.WORD),
        ("rest", wintypes.DWORD * 6),
    )


class Win32Panes:
    """The windows of this desktop; those of `applications`, by their keys, may be shown."""

    def __init__(self, applications: frozenset[str]) -> None:
        libraries: Any = ctypes
        self._user, self._gdi = libraries.windll.user32, libraries.windll.gdi32
        self._dwm, self._kernel = libraries.windll.dwmapi, libraries.windll.kernel32
        self.applications = applications

    def panes(self) -> Sequence[Pane]:
        """Return all windows that can be seen, from the lowest to the topmost."""
        found = [
            Pane(handle if self._key(handle) in self.applications else 0, (self._place(handle),))
            for handle in self._seen()
        ]
        return found[::-1]

    def listed(self) -> tuple[Application, ...]:
        """Return the programs with windows that have a title."""
        titles: dict[str, list[str]] = {}
        for handle in self._seen():
            text = ctypes.create_unicode_buffer(512)
            if self._user.GetWindowTextW(handle, text, len(text)):
                titles.setdefault(self._key(handle), []).append(text.value)
        return tuple(Application(key, each[0], tuple(each)) for key, each in titles.items())

    def pixels(self, number: int, rectangle: Rectangle) -> tuple[Picture, Unequal] | None:
        """Return what the window `number` draws of itself at `rectangle` of the screen."""
        place = self._place(number)
        whole = self._printed(number, place.width, place.height)
        if whole is None:
            return None
        left, top = rectangle.x - place.x, rectangle.y - place.y
        part = whole[top : top + rectangle.height, left : left + rectangle.width]
        return part, np.ones(part.shape, np.bool_)

    def _seen(self) -> Iterator[int]:
        handles: list[int] = []

        def took(handle: int, _: int) -> bool:
            handles.append(handle)
            return True

        kind: Any = ctypes.__dict__["WINFUNCTYPE"](wintypes.BOOL, wintypes.HWND, wintypes.LPARAM)
        self._user.EnumWindows(kind(took), 0)
        for handle in handles:
            cloaked = wintypes.DWORD()
            size = ctypes.sizeof(cloaked)
            self._dwm.DwmGetWindowAttribute(handle, _CLOAKED, ctypes.byref(cloaked), size)
            is_seen = self._user.IsWindowVisible(handle) and not self._user.IsIconic(handle)
            if is_seen and not cloaked.value:
                yield handle

    def _place(self, handle: int) -> Rectangle:
        at = wintypes.RECT()
        self._dwm.DwmGetWindowAttribute(handle, _FRAME, ctypes.byref(at), ctypes.sizeof(at))
        return Rectangle(at.left, at.top, at.right - at.left, at.bottom - at.top)

    def _key(self, handle: int) -> str:
        process = wintypes.DWORD()
        self._user.GetWindowThreadProcessId(handle, ctypes.byref(process))
        times = [wintypes.FILETIME() for _ in range(4)]
        opened = self._kernel.OpenProcess(_QUERY_LIMITED, False, process.value)
        self._kernel.GetProcessTimes(opened, *map(ctypes.byref, times))
        self._kernel.CloseHandle(opened)
        return f"{process.value}.{times[0].dwHighDateTime:x}{times[0].dwLowDateTime:08x}"

    def _printed(self, handle: int, width: int, height: int) -> Picture | None:
        screen = self._user.GetDC(0)
        memory = self._gdi.CreateCompatibleDC(screen)
        bitmap = self._gdi.CreateCompatibleBitmap(screen, width, height)
        try:
            self._gdi.SelectObject(memory, bitmap)
            if not self._user.PrintWindow(handle, memory, _RENDER_FULL_CONTENT):
                return None
            # A negative height counts rows from the top.
            header = _Header(ctypes.sizeof(_Header), width, -height, 1, 32)
            rows = bytearray(4 * width * height)
            into = (ctypes.c_char * len(rows)).from_buffer(rows)
            self._gdi.GetDIBits(memory, bitmap, 0, height, into, ctypes.byref(header), 0)
            return picture(rows, width, height)
        finally:
            self._gdi.DeleteObject(bitmap)
            self._gdi.DeleteDC(memory)
            self._user.ReleaseDC(0, screen)
