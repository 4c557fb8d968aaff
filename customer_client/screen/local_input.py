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

RAW_EVENT: Final = struct.Struct("=HIIH")
"""How a raw event begins: device, time, detail, source (XInput 2, xXIRawEvent)."""


def announce(display: Xlib.display.Display) -> int:
    """Tell `display` that we know XInput 2.2 and return the number of its events; -1 without it.

    Who knows only 2.0, as python-xlib says by itself, hears nothing while another program has
    grabbed mouse or keyboard, as every open menu has.
    """
    if not (extension := display.query_extension(xinput.extname)):
        return -1
    opcode = int(extension.major_opcode)
    xinput.XIQueryVersion(display=display.display, opcode=opcode, major_version=2, minor_version=2)
    return opcode


class LocalInput:
    """Listens on `display`; without XInput 2 it hears nothing."""

    def __init__(self, display: Xlib.display.Display) -> None:
        self._ours: frozenset[int] = frozenset()
        self._opcode = announce(display)
        if self._opcode < 0:
            return
        display.screen().root.xinput_select_events([(xinput.AllMasterDevices, _RAW)])
        devices = display.xinput_query_device(xinput.AllDevices).devices
        self._ours = frozenset(each.deviceid for each in devices if "XTEST" in str(each.name))

    def is_local(self, event: Any) -> bool:
        """Say whether `event` is the customer's own doing."""
        if getattr(event, "extension", None) != self._opcode or event.evtype not in _KINDS:
            return False
        *_, source = RAW_EVENT.unpack_from(event.data)
        return source not in self._ours
