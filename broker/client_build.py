"""`deskside client build`: makes the native client of this site for the system that this runs on.

The site's address and, where no public authority vouches for it, its certificate go into the
executable's own archive, beside the notices of everything that it is made of. What comes out is the
same for every session.
"""

import hashlib
import importlib.metadata
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from cryptography.x509 import load_pem_x509_certificate

from broker.certificates import public_pem
from broker.client_notices import UnknownLibrary, notices
from broker.config import Config
from broker.downloads import ARCHIVE_END, EXECUTABLE, TOLD, Told, archive_end, folder_of
from broker.tls import open_tls

ROOT = Path(__file__).parents[1]
SOURCES = (
    "customer_client",
    "protocol",
    "broker/client_build.py",
    "broker/client_notices.py",
    "pyproject.toml",
)
BUILT_IN = "site.json"
NOTICES = "NOTICES.txt"
PACKED = "later.zip"

HIDDEN = ("pynput.keyboard._xorg", "pynput.mouse._xorg", "mss.linux", "PIL._webp")
"""Chosen at run time, by names that nobody sees before."""

UNUSED = (
    "uvloop",
    "PIL._avif",
    "numpy.f2py",
    "numpy.testing",
    "numpy.distutils",
    "PIL.ImageQt",
    "unittest",
    "pydoc",
    "setuptools",
    "sqlite3",
    "trove_classifiers",
)


class CannotBuild(Exception):
    """The client cannot be built; the message says why."""


def build(config: Config, say: Callable[[str], None], *, anew: bool = False) -> None:
    """Build the client of the site that `config` is about, unless it is there already."""
    site = {"url": str(config.public_url).rstrip("/"), "certificate": _certificate(config)}
    made_from = _digest(json.dumps(site))
    folder = folder_of(config.data_folder)
    told = TOLD.read(folder)
    if told and told.made_from == made_from and not anew:
        say(f"{folder / EXECUTABLE} is up to date.")
        return
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="deskside-build-") as work:
        program = _freeze(Path(work), site | {"version": made_from[:12]})
        _keep(program, folder, made_from)
    say(f"{folder / EXECUTABLE}: {(folder / EXECUTABLE).stat().st_size / 1e6:.1f} MB.")


def _certificate(config: Config) -> str:
    """Return what vouches for us where no public authority does."""
    if config.tls not in ("self", "lan"):
        return ""
    tls = open_tls(config)
    assert tls
    if tls.authority:
        return tls.authority.certificate.decode()
    pem = (config.data_folder / "tls" / "self.pem").read_bytes()
    return public_pem(load_pem_x509_certificate(pem)).decode()


STRIP = """\
#!/bin/sh
# These were packed in a way that leaves nothing to strip, and do not load afterwards.
case "$*" in *openblas*|*gfortran*|*quadmath*) exit 0;; esac
PATH="${PATH#*:}" exec strip "$@"
"""


PACKS = "pyz = PYZ("
"""Where PyInstaller's recipe goes from finding to packing."""

LATER = f"""\
import zipfile
later = [each for each in a.binaries if each[0].startswith("av.libs/")]
with zipfile.ZipFile({PACKED!r}, "w", zipfile.ZIP_DEFLATED) as packed:
    for name, file, _ in sorted(later):
        with open(file, "rb") as library:
            packed.writestr(zipfile.ZipInfo(name), library.read(), zipfile.ZIP_DEFLATED)
a.binaries = [each for each in a.binaries if each not in later]
a.datas.append(({PACKED!r}, {PACKED!r}, "DATA"))
"""
"""Packs apart what the client unpacks by itself, later: two fifths of all that there is to unpack."""


def _freeze(work: Path, site: dict[str, str]) -> Path:
    (work / BUILT_IN).write_text(json.dumps(site))
    tools = work / "tools"
    tools.mkdir()
    (tools / "strip").write_text(STRIP)
    (tools / "strip").chmod(0o755)
    try:
        (work / NOTICES).write_text("\n".join(notices()))
    except UnknownLibrary as library:
        raise CannotBuild(f"The licence of {library} is not known.") from None
    locales = ROOT / "customer_client/locales"
    data = {BUILT_IN: ".", NOTICES: ".", str(locales): "customer_client/locales"}
    command = [sys.executable, "-m", "PyInstaller.utils.cliutils.makespec", "--onefile"]
    command += ["--log-level", "WARN", "--name", EXECUTABLE, "--paths", str(ROOT)]
    command += ["--specpath", str(work), "--collect-data", "sv_ttk", "--strip"]
    for source, target in data.items():
        command += ["--add-data", f"{source}{os.pathsep}{target}"]
    for module in HIDDEN:
        command += ["--hidden-import", module]
    for module in UNUSED:
        command += ["--exclude-module", module]
    _run([*command, str(ROOT / "customer_client/main.py")], work)
    spec = work / f"{EXECUTABLE}.spec"
    spec.write_text(spec.read_text().replace(PACKS, LATER + PACKS, 1))
    command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--clean", "--log-level", "WARN"]
    command += ["--distpath", str(work / "dist"), "--workpath", str(work / "work"), str(spec)]
    said = _run(command, work)
    program = work / "dist" / EXECUTABLE
    if not program.exists():
        raise CannotBuild(said)
    return program


def _run(command: list[str], work: Path) -> str:
    """Run a part of PyInstaller in `work`; return the end of what it says."""
    done = subprocess.run(  # noqa: S603 - our own command, before anything is served
        command,
        cwd=work,
        # The same sources give the same order of sets, and so the same bytes.
        env=os.environ
        | {"PYTHONHASHSEED": "0", "SOURCE_DATE_EPOCH": "1577836800"}
        | {"PATH": f"{work / 'tools'}{os.pathsep}{os.environ['PATH']}"}
        | {"PYINSTALLER_CONFIG_DIR": str(work / "cache")},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        raise CannotBuild(done.stdout[-4000:])
    return done.stdout[-4000:]


def _keep(program: Path, folder: Path, made_from: str) -> None:
    """Put the program where it is downloaded from: whole, or not at all."""
    content = program.read_bytes()
    told = Told(
        made_from=made_from,
        size=len(content),
        digest=hashlib.sha256(content).hexdigest(),
        system=platform.system(),
        machine=platform.machine(),
        libc=" ".join(filter(None, platform.libc_ver())),
    )
    for name, data in ((EXECUTABLE, content), (ARCHIVE_END, archive_end(content))):
        new = folder / f"{name}.new"
        new.write_bytes(data)
        new.chmod(0o755)
        new.replace(folder / name)
    TOLD.write(folder, told)


def _digest(*also: str) -> str:
    """Digest the sources, what is installed, and the words in `also`."""
    whole = hashlib.sha256("\n".join([*also, sys.version, *_installed()]).encode())
    for source in SOURCES:
        path = ROOT / source
        files = sorted(path.rglob("*")) if path.is_dir() else [path]
        for file in files:
            if file.suffix in (".py", ".po", ".toml"):
                whole.update(file.read_bytes())
    return whole.hexdigest()


def _installed() -> list[str]:
    found = importlib.metadata.distributions()
    return sorted(f"{each.name} {each.version}" for each in found)
