"""How the system looks that the window opens on: dark or light, how large, and whether things move."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from typing import Final

ASKING_SECONDS: Final = 2
INTERFACE: Final = "org.gnome.desktop.interface"
USUAL_DPI: Final = 96
LARGEST: Final = 4.0

Read = Callable[[str], str]


def is_dark(environment: Mapping[str, str] = os.environ, read: Read | None = None) -> bool:
    """Say whether the system wants dark windows."""
    read = read or setting
    if theme := environment.get("GTK_THEME", ""):
        return "dark" in theme.lower()
    scheme = read("color-scheme")
    if "dark" in scheme:
        return True
    return "default" in scheme and "dark" in read("gtk-theme").lower()


def moves_little(read: Read | None = None) -> bool:
    """Say whether the system is set to show no movements."""
    return (read or setting)("enable-animations") == "false"


def scale(resources: str, environment: Mapping[str, str] = os.environ) -> float:
    """Return how much larger than usual things are to be, by X11's `resources` and the desktop."""
    found = re.search(r"^Xft\.dpi:\s*([\d.]+)", resources, re.MULTILINE)
    dots = float(found[1]) / USUAL_DPI if found else 0.0
    wanted = environment.get("GDK_SCALE", "")
    factor = float(wanted) if re.fullmatch(r"\d+(\.\d+)?", wanted) else 0.0
    return min(LARGEST, max(1.0, dots or factor))


def setting(name: str) -> str:
    """Return a setting of the desktop; nothing where there is none to ask."""
    program = shutil.which("gsettings")
    if not program:
        return ""
    try:
        # Whoever asks leaves a file of dconf in the runtime folder, for programs that stay.
        with tempfile.TemporaryDirectory(dir=getattr(sys, "_MEIPASS", None)) as runtime:
            asked = subprocess.run(  # noqa: S603 - a name of ours
                [program, "get", INTERFACE, name],
                env={**os.environ, "XDG_RUNTIME_DIR": runtime},
                capture_output=True,
                text=True,
                timeout=ASKING_SECONDS,
                check=False,
            )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return asked.stdout.strip().strip("'")
