"""`deskside-customer`: the native client. From source it takes the address of its site from the
command line; built by `deskside client build` it has it inside, and takes nothing from anywhere else
but a session code from its own name.
"""

import argparse
import asyncio
import contextlib
import os
import signal
import sys
import webbrowser
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from customer_client.built_in import BuiltIn, code_in, connector_to, read_built_in
from customer_client.one_instance import OneInstance, handed_code
from customer_client.removal import Removal
from customer_client.screen.x11 import X11, why_not
from customer_client.screen.x11_owners import running
from customer_client.words import Words, spoken


def main(arguments: Sequence[str] | None = None) -> int:
    """Show the window until it is closed; return 0, or 2 where no window can be shown."""
    built = read_built_in()
    if built:
        _find_libraries_outside()
        _keep_modules_within_reach()
    options = _parser(built).parse_args(arguments)
    address = built or BuiltIn(url=options.broker)
    code = code_in(Path(sys.argv[0]).name) if built else options.code
    language = spoken(options.language)
    removal = Removal.of_this_program(built.url) if built else Removal.of_nothing()
    removal.finish_what_others_left()
    if not _can_show_windows():
        return _send_to_browser(address, language, removal)
    with OneInstance(removal.place) as instance:
        if not instance.is_first:
            instance.call_first(code)
            return 0
        removal.begin()
        return _show(address, language, code, options.look, removal)


def _show(address: BuiltIn, language: str, code: str, look: str, removal: Removal) -> int:
    from customer_client.window.app import App  # noqa: PLC0415 - without X11 there is no Tk

    app = App(
        address.url,
        language,
        code,
        connector=lambda: connector_to(address),
        open_display=X11,
        remove=removal.remove,
        running=running,
        why_not=_why_not_shared(),
        is_dark={"dark": True, "light": False}.get(look),
    )
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: app.leave())
    signal.signal(signal.SIGUSR1, lambda *_: app.come_forward(handed_code(removal.place)))
    removed = app.run()
    for each in removed:
        print(each)
    if app.fault and not isinstance(app.fault, asyncio.CancelledError):
        raise app.fault
    return 0


def _parser(built: BuiltIn | None) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="deskside-customer", description="Chat with support, and show your screen if you want."
    )
    if built is None:
        parser.add_argument("--broker", required=True, metavar="URL", help="the server's address")
        parser.add_argument("--code", default="", help="the nine digits that you were given")
    parser.add_argument(
        "--language", default="", help="en, de, es, fr or it; the system's if empty"
    )
    parser.add_argument("--look", default="", choices=["", "dark", "light"], help="as the system's")
    return parser


def _find_libraries_outside() -> None:
    """Let the programs that we start, such as a browser, find the system's libraries and not ours."""
    before = os.environ.pop("LD_LIBRARY_PATH_ORIG", "")
    os.environ.pop("LD_LIBRARY_PATH", None)
    if before:
        os.environ["LD_LIBRARY_PATH"] = before


def _keep_modules_within_reach() -> None:
    """Let modules be found also when the executable, which holds them, was removed: an open file stays."""
    archive: Any = getattr(sys.modules.get("pyimod02_importers"), "pyz_archive", None)
    if sys.platform == "linux" and archive:
        with contextlib.suppress(OSError):
            held = os.open(sys.executable, os.O_RDONLY)
            archive._filename = f"/proc/self/fd/{held}"  # noqa: SLF001 - there is no other way


def _can_show_windows() -> bool:
    return sys.platform != "linux" or bool(os.environ.get("DISPLAY"))


def _why_not_shared() -> str:
    """Return the problem that keeps a screen from being shared though there is a window."""
    environment = dict(os.environ)
    if environment.get("XDG_SESSION_TYPE") == "wayland" or environment.get("WAYLAND_DISPLAY"):
        # X11 programs run there, but see only each other.
        return "wayland"
    return "system" if why_not(environment) else ""


def _send_to_browser(address: BuiltIn, language: str, removal: Removal) -> int:
    """Without X11 there is no window: say so, and open the page, where a screen can be shared."""
    t = Words(language)
    print(t("This desktop runs without X11, so the app cannot show its window."), file=sys.stderr)
    print(t("Please use your browser instead: {url}", url=address.url), file=sys.stderr)
    for each in removal.remove():
        print(each)
    webbrowser.open(f"{address.url}/?lang={language}")
    return 2


if __name__ == "__main__":
    sys.exit(main())
