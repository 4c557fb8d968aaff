"""Special actions on Linux: lock the screen, log off, open the task manager or a web page.

Every desktop has its own way, so each action is a list of commands, of which the first that is there
and works is taken. Names and arguments are ours; of what a rep sends only a web address is used.
"""

import os
import shutil
import subprocess
import sys
import webbrowser
from collections.abc import Iterator, Mapping
from typing import Final

from protocol.fields import ActionOutcome, SpecialAction

WORKS_SECONDS: Final = 3
"""A command that has not failed by then is at work: a locked screen's, or an open window's."""

Command = tuple[str, ...]

_ASK: Final = ("dbus-send", "--session", "--print-reply", "--type=method_call")

LOCK: Final[tuple[Command, ...]] = (
    (*_ASK, "--dest=org.gnome.ScreenSaver", "/org/gnome/ScreenSaver", "org.gnome.ScreenSaver.Lock"),
    (
        *(*_ASK, "--dest=org.freedesktop.ScreenSaver", "/ScreenSaver"),
        "org.freedesktop.ScreenSaver.Lock",
    ),
    ("xflock4",),
    ("mate-screensaver-command", "--lock"),
    ("cinnamon-screensaver-command", "--lock"),
    ("light-locker-command", "--lock"),
    ("xscreensaver-command", "-lock"),
    ("i3lock",),
    ("slock",),
)
LOG_OFF: Final[Mapping[str, Command]] = {
    "gnome": ("gnome-session-quit", "--logout", "--no-prompt"),
    "unity": ("gnome-session-quit", "--logout", "--no-prompt"),
    "kde": ("qdbus", "org.kde.Shutdown", "/Shutdown", "logout"),
    "xfce": ("xfce4-session-logout", "--logout"),
    "mate": ("mate-session-save", "--force-logout"),
    "x-cinnamon": ("cinnamon-session-quit", "--logout", "--no-prompt"),
    "lxqt": ("lxqt-leave", "--logout"),
    "openbox": ("openbox", "--exit"),
}
"""By the desktop, as `XDG_CURRENT_DESKTOP` calls it."""

TASK_MANAGER: Final[tuple[Command, ...]] = (
    ("gnome-system-monitor",),
    ("plasma-systemmonitor",),
    ("ksysguard",),
    ("xfce4-taskmanager",),
    ("mate-system-monitor",),
    ("lxtask",),
    ("qps",),
    ("x-terminal-emulator", "-e", "top"),
    ("xterm", "-e", "top"),
)


def is_possible(action: SpecialAction, environment: Mapping[str, str] = os.environ) -> bool:
    """Say whether this computer knows a way to do `action`."""
    if action == "open_page":
        return _has_browser()
    return any(_installed(action, environment))


def act(
    action: SpecialAction, url: str = "", environment: Mapping[str, str] = os.environ
) -> ActionOutcome:
    """Do `action`, which for `open_page` is to open `url`; blocks for some seconds."""
    if not is_possible(action, environment):
        return "not_possible"
    if action == "open_page":
        return "done" if webbrowser.open(url) else "failed"
    commands = _installed(action, environment)
    return "done" if any(_works(each, environment) for each in commands) else "failed"


def _has_browser() -> bool:
    try:
        webbrowser.get()
    except webbrowser.Error:
        return False
    return True


def _installed(action: SpecialAction, environment: Mapping[str, str]) -> Iterator[Command]:
    for name, *arguments in _commands(action, environment):
        if path := shutil.which(name, path=environment.get("PATH")):
            yield (path, *arguments)


def _commands(action: SpecialAction, environment: Mapping[str, str]) -> Iterator[Command]:
    if sys.platform != "linux":
        return
    session = environment.get("XDG_SESSION_ID", "")
    if action == "lock":
        yield from LOCK
        if session:
            yield ("loginctl", "lock-session", session)
    elif action == "task_manager":
        yield from TASK_MANAGER
    elif action == "log_off":
        for desktop in environment.get("XDG_CURRENT_DESKTOP", "").lower().split(":"):
            if desktop in LOG_OFF:
                yield LOG_OFF[desktop]
        if session:
            yield ("loginctl", "terminate-session", session)


def _works(command: Command, environment: Mapping[str, str]) -> bool:
    """Start `command`; say whether it went well, or goes on."""
    try:
        started = subprocess.Popen(  # noqa: S603 - one of the commands above
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=dict(environment),
            # What was opened is the customer's, and stays when this program is gone.
            start_new_session=True,
        )
    except OSError:
        return False
    try:
        return started.wait(WORKS_SECONDS) == 0
    except subprocess.TimeoutExpired:
        started.returncode = 0  # it is nobody's to wait for
        return True
