"""Makes `.venv` with exactly what a lock file names, and Deskside itself in it."""

import os
import shutil
import sys
from pathlib import Path
from typing import Literal

from scripts.setup.system import demand_python_modules
from scripts.setup.workspace import ROOT, Stamp, digest, quietly, say, sources

VENV = ROOT / ".venv"
LOCKS = {"runtime": "requirements.lock", "dev": "requirements-dev.lock"}
PIP = ("-m", "pip", "--disable-pip-version-check", "--no-input", "install", "--quiet")


def program(name: str) -> str:
    """Return the path of the program `name` in `.venv`."""
    return str(VENV / "bin" / name)


def install(kind: Literal["runtime", "dev"]) -> None:
    """Install what runs Deskside, or also what develops it."""
    wanted = _made_from(kind)
    made = _make()
    if not made and Stamp(kind).fits(wanted):
        return
    say(f"Installing {LOCKS[kind]} into .venv")
    for stamp in LOCKS:
        Stamp(stamp).clear()
    install_locked(LOCKS[kind])
    # Not isolated: what builds is in the lock too, with its digest.
    quietly([program("python"), *PIP, "--no-deps", "--no-build-isolation", "--editable", "."])
    Stamp(kind).set(wanted)
    if kind == "dev":
        # The development lock holds the runtime lock, version for version.
        Stamp("runtime").set(_made_from("runtime"))


def install_locked(lock: str, *options: str) -> None:
    """Install what the file `lock` names: only wheels, each with a digest that the file knows."""
    # The lock is complete, but for what `pyproject.toml` excludes.
    only_locked = ("--require-hashes", "--only-binary=:all:", "--no-deps", "--requirement", lock)
    quietly([program("python"), *PIP, *only_locked, *options], _environment())


def _made_from(kind: Literal["runtime", "dev"]) -> str:
    return digest(sources(LOCKS[kind], "pyproject.toml"), sys.version)


def _make() -> bool:
    """Make `.venv` if it is missing or was made elsewhere; say whether it was made."""
    # Its programs name the folder they were made in.
    made_from = f"{ROOT} {sys.version_info.major}.{sys.version_info.minor}"
    if Stamp("venv").fits(made_from) and Path(program("python")).exists():
        return False
    demand_python_modules()
    say("Making .venv")
    shutil.rmtree(VENV, ignore_errors=True)
    # The Python outside of any virtual environment: `.venv` may be what runs us.
    python: str = getattr(sys, "_base_executable", sys.executable)
    quietly([python, "-m", "venv", VENV])
    Stamp("venv").set(made_from)
    return True


def _environment() -> dict[str, str]:
    """Keep pip's cache in the clone where the home folder cannot be written."""
    own = dict(os.environ)
    if not os.access(Path.home(), os.W_OK):
        own["PIP_CACHE_DIR"] = str(ROOT / ".tools/cache/pip")
    return own
