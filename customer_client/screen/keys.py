"""Where the keys of a keyboard are: W3C codes as the key codes of X11.

X11 on Linux counts keys as the kernel does (linux/input-event-codes.h), plus 8. What a key means is
the customer's layout's business, so that a rep types on the customer's keyboard as if they sat at it.
"""

from typing import Final

_ROWS: Final = {
    1: "Escape Digit1 Digit2 Digit3 Digit4 Digit5 Digit6 Digit7 Digit8 Digit9 Digit0 Minus Equal"
    " Backspace Tab KeyQ KeyW KeyE KeyR KeyT KeyY KeyU KeyI KeyO KeyP BracketLeft BracketRight"
    " Enter ControlLeft KeyA KeyS KeyD KeyF KeyG KeyH KeyJ KeyK KeyL Semicolon Quote Backquote"
    " ShiftLeft Backslash KeyZ KeyX KeyC KeyV KeyB KeyN KeyM Comma Period Slash ShiftRight"
    " NumpadMultiply AltLeft Space CapsLock F1 F2 F3 F4 F5 F6 F7 F8 F9 F10 NumLock ScrollLock"
    " Numpad7 Numpad8 Numpad9 NumpadSubtract Numpad4 Numpad5 Numpad6 NumpadAdd Numpad1 Numpad2"
    " Numpad3 Numpad0 NumpadDecimal",
    86: "IntlBackslash F11 F12 IntlRo",
    92: "Convert KanaMode NonConvert",
    96: "NumpadEnter ControlRight NumpadDivide PrintScreen AltRight",
    102: "Home ArrowUp PageUp ArrowLeft ArrowRight End ArrowDown PageDown Insert Delete",
    113: "AudioVolumeMute AudioVolumeDown AudioVolumeUp Power NumpadEqual",
    119: "Pause",
    121: "NumpadComma Lang1 Lang2 IntlYen MetaLeft MetaRight ContextMenu",
    183: "F13 F14 F15 F16 F17 F18 F19 F20 F21 F22 F23 F24",
}

KEYCODES: Final = {
    name: first + at + 8 for first, names in _ROWS.items() for at, name in enumerate(names.split())
}
"""X11's code of each key by its name in W3C UI Events."""
