"""What Debian and Ubuntu must provide: installed as root, else named."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path

from scripts.setup.workspace import Failed, say

# Each package with a file or program that shows it is there.
FOR_TESTS = {
    "chromium": "chromium",
    "firefox-esr": "firefox-esr",
    "xvfb": "Xvfb",
    "xserver-xephyr": "Xephyr",
    "x11-xserver-utils": "xrandr",
    "openbox": "openbox",
    "xdotool": "xdotool",
    "xterm": "xterm",
    "binutils": "objdump",  # PyInstaller
    "coturn": "turnserver",
    "iproute2": "ip",
    "postgresql": "/usr/lib/postgresql/*/bin/initdb",
    "softhsm2": "softhsm2-util",
    "clamav-daemon": "/usr/sbin/clamd",
    "fonts-dejavu-core": "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
}
FOR_PYTHON = {"python3-venv": "ensurepip", "python3-tk": "_tkinter"}


def offer(packages: Mapping[str, str]) -> None:
    """Install those of `packages` that are missing, or name them and go on."""
    if missing := [name for name, sign in packages.items() if not _is_there(sign)]:
        _install(missing)
        if missing := [name for name in missing if not _is_there(packages[name])]:
            say(f"Tests that need these packages will not pass: {_how(missing)}")


def demand_python_modules() -> None:
    """Install the modules that Debian packs apart from Python, or raise `Failed` naming them."""
    missing = [name for name, module in FOR_PYTHON.items() if not find_spec(module)]
    if missing:
        _install(missing)
        # A new process: this one remembers that they were missing.
        probe = "import ensurepip, _tkinter"
        if subprocess.run(
            [sys.executable, "-c", probe], check=False, capture_output=True
        ).returncode:
            raise Failed(f"Deskside needs these packages first: {_how(missing)}")


def _is_there(sign: str) -> bool:
    if sign.startswith("/"):
        return any(Path("/").glob(sign[1:]))
    return shutil.which(sign) is not None


def _how(packages: Sequence[str]) -> str:
    return f"sudo apt-get install -y {' '.join(packages)}"


def _install(packages: Sequence[str]) -> None:
    if os.geteuid() or not shutil.which("apt-get"):
        return
    say(f"Installing {', '.join(packages)}")
    if _apt_get("update") and _apt_get("install", *packages):
        return
    # A mirror that failed once may answer now, and one unknown name must not keep the others away.
    _apt_get("update")
    for package in packages:
        _apt_get("install", package)


def _apt_get(*arguments: str) -> bool:
    command = ["apt-get", "-q", "-y", "-o", "DPkg::Lock::Timeout=300", *arguments]
    done = subprocess.run(
        command,
        env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    if done.returncode:
        say(done.stdout.decode(errors="replace"))
    return done.returncode == 0
