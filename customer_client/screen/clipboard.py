"""Text of the X11 clipboard, both ways, by event and without polling.

Who copies something owns the selection CLIPBOARD until somebody else does; XFIXES tells when it has
a new owner. Text that comes in parts (INCR), as only long texts do, is left alone.
"""

import contextlib
from collections.abc import Callable
from typing import Any, Final

import Xlib.display
import Xlib.error
import Xlib.X
import Xlib.Xatom
from Xlib.ext import xfixes
from Xlib.protocol import event as events

from protocol.picture import MOST_CLIPBOARD_BYTES


class Selection:
    """The clipboard of `display`. `copied` hears what others copy, after `is_wanted` was asked."""

    def __init__(
        self,
        display: Xlib.display.Display,
        copied: Callable[[str], None],
        is_wanted: Callable[[], bool],
    ) -> None:
        self._display = display
        self._copied = copied
        self._is_wanted = is_wanted
        self._text = b""
        names = ("CLIPBOARD", "UTF8_STRING", "TARGETS", "DESKSIDE")
        self._clipboard, self._utf8, self._targets, self._place = map(display.intern_atom, names)
        root = display.screen().root
        self._window = root.create_window(0, 0, 1, 1, 0, Xlib.X.CopyFromParent)
        display.xfixes_query_version()
        mask: Final = xfixes.XFixesSetSelectionOwnerNotifyMask
        display.xfixes_select_selection_input(self._window, self._clipboard, mask)
        self._changed = display.extension_event.SetSelectionOwnerNotify
        display.sync()

    def set(self, text: str) -> None:
        """Put `text` on the clipboard."""
        self._text = text.encode()
        self._window.set_selection_owner(self._clipboard, Xlib.X.CurrentTime)
        self._display.flush()

    def take(self, event: Any) -> None:
        """Do what `event` of the display asks for, if it is about the clipboard."""
        if (event.type, getattr(event, "sub_code", None)) == self._changed:
            self._ask(event)
        elif event.type == Xlib.X.SelectionNotify and event.property == self._place:
            self._read()
        elif event.type == Xlib.X.SelectionRequest:
            self._serve(event)

    def _ask(self, event: Any) -> None:
        if event.owner and event.owner.id != self._window.id and self._is_wanted():
            self._window.convert_selection(
                self._clipboard, self._utf8, self._place, Xlib.X.CurrentTime
            )
            self._display.flush()

    def _read(self) -> None:
        found = self._window.get_full_property(self._place, Xlib.X.AnyPropertyType)
        self._window.delete_property(self._place)
        if not found or found.property_type != self._utf8 or found.format != 8:
            return
        text = found.value if isinstance(found.value, bytes) else found.value.tobytes()
        if len(text) <= MOST_CLIPBOARD_BYTES and self._is_wanted():
            with contextlib.suppress(UnicodeDecodeError):
                self._copied(text.decode())

    def _serve(self, asked: Any) -> None:
        place = asked.property or asked.target
        if asked.target == self._targets:
            offered = [self._targets, self._utf8]
            asked.requestor.change_property(place, Xlib.Xatom.ATOM, 32, offered)
        elif asked.target == self._utf8:
            asked.requestor.change_property(place, self._utf8, 8, self._text)
        else:
            place = Xlib.X.NONE
        answer = events.SelectionNotify(
            time=asked.time,
            requestor=asked.requestor,
            selection=asked.selection,
            target=asked.target,
            property=place,
        )
        asked.requestor.send_event(answer)
        self._display.flush()
