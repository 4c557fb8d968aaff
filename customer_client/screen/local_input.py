"""Tells what the customer does at their own mouse and keyboard from what was put in for a rep.

XInput 2 names the device behind every raw event; what XTEST puts in comes from devices of its own.
"""

import struct
from typing import Any, Final

import Xlib.display
from Xlib.ext import xinput

_RAW: Final = (
    xinput.RawKeyPressMask
    | xinput.RawKeyReleaseMask
    | xinput.RawButtonPressMask
    | xinput.RawButtonReleaseMask
    | xinput.RawMotionMask
)
_KINDS: Final = range(xinput.RawKeyPress, xinput.RawMotion + 1)

_EVENT: Final = struct.Struct("=HIIH")
"""How a raw event begins: device, time, detail, source (XInput 2, xXIRawEvent)."""


class LocalInput:
    """Listens on `display`; without XInput 2 it hears nothing."""

    def __init__(self, display: Xlib.display.Display) -> None:
        self._opcode = -1
        self._ours: frozenset[int] = frozenset()
        if not (extension := display.query_extension(xinput.extname)):
            return
        self._opcode = extension.major_opcode
        display.xinput_query_version()
        display.screen().root.xinput_select_events([(xinput.AllMasterDevices, _RAW)])
        devices = display.xinput_query_device(xinput.AllDevices).devices
        self._ours = frozenset(each.deviceid for each in devices if "XTEST" in str(each.name))

    def is_local(self, event: Any) -> bool:
        """Say whether `event` is the customer's own doing."""
        if getattr(event, "extension", None) != self._opcode or event.evtype not in _KINDS:
            return False
        *_, source = _EVENT.unpack_from(event.data)
        return source not in self._ours
