"""The notices of all that the native client is made of, in its licences' own words.

What is frozen comes from three places: packages of ours and theirs that pip knows, Python itself, and
libraries of the system that Python needs. Each is named, with what its licence wants to be passed on.
"""

import importlib.metadata
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from ctypes.util import find_library
from pathlib import Path

ROOT = Path(__file__).parents[1]
LINE = "=" * 80

GPL = """\
This program contains x264, by way of PyAV's build of FFmpeg, and is therefore conveyed as a whole
under the GNU General Public License, version 3 or later. The source of its own parts is under the
Apache License 2.0 and comes from the server it was downloaded from; the sources of everything else
are at the addresses below.
"""

PARTS = (
    "aiohttp", "aiortc", "av", "msgspec", "mss", "numpy", "pillow", "psutil", "pyinstaller", "pynput",
    "python-xlib", "sv-ttk", "tkinterdnd2",
)  # fmt: skip
"""What the client imports by name; what these need in turn is found."""

BY_NAME = (
    *("X11", "Xcursor", "Xext", "Xfixes", "Xrandr"),
    *("xcb", "xcb-randr", "xcb-render", "xcb-shm", "xcb-xfixes"),
)
"""What mss looks for in the system by these names when it runs."""

NAME = re.compile(r"[A-Za-z0-9._-]+")
LIBRARY = re.compile(r"(\S+\.so\S*) => (/\S+)")

BUNDLED = {
    "libav": "FFmpeg, GPL-3.0-or-later as it is built here, https://ffmpeg.org",
    "libavif": "BSD-2-Clause, https://github.com/AOMediaCodec/libavif",
    "libasound": "LGPL-2.1-or-later, https://github.com/alsa-project/alsa-lib",
    "libbrotli": "MIT, https://github.com/google/brotli",
    "libcrc32c": "BSD-3-Clause, https://github.com/google/crc32c",
    "libdav1d": "BSD-2-Clause, https://code.videolan.org/videolan/dav1d",
    "libdrm": "MIT, https://gitlab.freedesktop.org/mesa/drm",
    "libfreetype": "FTL or GPL-2.0-only, https://freetype.org",
    "libgfortran": "GPL-3.0-or-later with the GCC exception 3.1, https://gcc.gnu.org",
    "libgmp": "LGPL-3.0-or-later or GPL-2.0-or-later, https://gmplib.org",
    "libgnutls": "LGPL-2.1-or-later, https://gnutls.org",
    "libharfbuzz": "MIT, https://github.com/harfbuzz/harfbuzz",
    "libhogweed": "LGPL-3.0-or-later or GPL-2.0-or-later, https://www.lysator.liu.se/~nisse/nettle",
    "libjpeg": "IJG and BSD-3-Clause, https://libjpeg-turbo.org",
    "liblcms2": "MIT, https://www.littlecms.com",
    "liblzma": "0BSD, https://tukaani.org/xz",
    "libmp3lame": "LGPL-2.0-or-later, https://lame.sourceforge.io",
    "libnettle": "LGPL-3.0-or-later or GPL-2.0-or-later, https://www.lysator.liu.se/~nisse/nettle",
    "libopencore": "Apache-2.0, https://sourceforge.net/projects/opencore-amr",
    "libopenjp2": "BSD-2-Clause, https://www.openjpeg.org",
    "libopus": "BSD-3-Clause, https://opus-codec.org",
    "libpng16": "libpng-2.0, http://www.libpng.org",
    "libquadmath": "LGPL-2.1-or-later, https://gcc.gnu.org",
    "libscipy_openblas": "BSD-3-Clause, https://github.com/OpenMathLib/OpenBLAS",
    "libsharpyuv": "BSD-3-Clause, https://chromium.googlesource.com/webm/libwebp",
    "libSvtAv1Enc": "BSD-3-Clause-Clear, https://gitlab.com/AOMediaCodec/SVT-AV1",
    "libswresample": "FFmpeg, GPL-3.0-or-later as it is built here, https://ffmpeg.org",
    "libswscale": "FFmpeg, GPL-3.0-or-later as it is built here, https://ffmpeg.org",
    "libtkdnd": "Tcl/Tk licence, https://github.com/petasis/tkdnd",
    "libtcl9tkdnd": "Tcl/Tk licence, https://github.com/petasis/tkdnd",
    "libtiff": "libtiff, https://libtiff.gitlab.io/libtiff",
    "libunistring": "LGPL-3.0-or-later or GPL-2.0-or-later, https://www.gnu.org/software/libunistring",
    "libvpl": "MIT, https://github.com/intel/libvpl",
    "libvpx": "BSD-3-Clause, https://www.webmproject.org",
    "libwebp": "BSD-3-Clause, https://chromium.googlesource.com/webm/libwebp",
    "libX": "MIT, https://gitlab.freedesktop.org/xorg",
    "libx264": "GPL-2.0-or-later, https://code.videolan.org/videolan/x264",
    "libx265": "GPL-2.0-or-later, https://bitbucket.org/multicoreware/x265_git",
    "libxcb": "MIT, https://gitlab.freedesktop.org/xorg/lib/libxcb",
    "libzstd": "BSD-3-Clause, https://github.com/facebook/zstd",
}
"""Libraries that come inside the packages, by how their names begin: the longest counts."""


class UnknownLibrary(Exception):
    """A package has brought a library of which nothing is known here: it may not be passed on so."""


def notices() -> Iterator[str]:
    """Yield the notices, one part after the other."""
    yield GPL
    yield (ROOT / "LICENSE").read_text()
    for name in closure(PARTS):
        yield from _of_package(importlib.metadata.distribution(name))
    yield f"{LINE}\nPython {sys.version.split()[0]}\nhttps://www.python.org/"
    yield from _texts([Path(sysconfig.get_path("stdlib")) / "LICENSE.txt"])
    yield from _of_system(system_libraries())


def closure(names: Iterable[str]) -> list[str]:
    """Return `names` and all that they need here, as far as it is installed, in order."""
    found: dict[str, None] = {}
    waiting = [*names]
    while waiting:
        name = re.sub(r"[-_.]+", "-", waiting.pop(0)).lower()
        if name in found:
            continue
        try:
            needs = importlib.metadata.distribution(name).requires or []
        except importlib.metadata.PackageNotFoundError:
            continue
        found[name] = None
        # What is for another system is not installed, and so not found.
        waiting += [NAME.match(each)[0] for each in needs if "extra ==" not in each]  # type: ignore[index]
    return sorted(found)


def _of_package(part: importlib.metadata.Distribution) -> Iterator[str]:
    about = part.metadata
    yield f"{LINE}\n{about['Name']} {about['Version']}: {about['Summary']}"
    yield from (url for url in about.get_all("Project-URL") or [])
    licence = about["License-Expression"] or about["License"]
    if licence:
        yield f"License: {licence}"
    for file in bundled(part):
        yield f"With {file}: {terms_of(file)}"
    named = [
        f for f in part.files or [] if f.name.upper().startswith(("LICEN", "COPYING", "NOTICE"))
    ]
    yield from _texts(Path(str(part.locate_file(file))) for file in named)


def bundled(part: importlib.metadata.Distribution) -> list[str]:
    """Return the names of the libraries that lie beside the modules of `part`, on Linux."""
    files = part.files or []
    return sorted({f.name for f in files if f.name.startswith("lib") and ".so" in f.name})


def terms_of(library: str) -> str:
    """Return the licence and the home of a library, or raise `UnknownLibrary`."""
    names = [name for name in BUNDLED if library.startswith(name)]
    if not names:
        raise UnknownLibrary(library)
    return BUNDLED[max(names, key=len)]


def _texts(files: Iterable[Path]) -> Iterator[str]:
    for file in files:
        if file.is_file():
            yield file.read_text(errors="replace")


def system_libraries() -> dict[str, Path]:
    """Return the libraries that Python and its own modules load here, by name."""
    ldd = shutil.which("ldd")
    if not ldd:
        return {}
    modules = Path(sysconfig.get_path("stdlib"), "lib-dynload").glob("*.so")
    own = _loaded_by(ldd, [os.path.realpath(sys.executable), *map(str, modules)])
    folders = {path.parent for path in own.values()}
    folders |= {Path("/usr", *folder.parts[1:]) for folder in folders}
    wanted = [name for each in BY_NAME if (name := find_library(each))]
    named = {n: folder / n for n in wanted for folder in folders if (folder / n).exists()}
    files = [str(file) for name in closure(PARTS) for file in _extensions(name)]
    others = _loaded_by(ldd, [*map(str, named.values()), *files])
    theirs = {name: path for name, path in others.items() if "site-packages" not in path.parts}
    return theirs | named | own


def _loaded_by(ldd: str, loaders: Iterable[str]) -> dict[str, Path]:
    done = subprocess.run(  # noqa: S603 - our own command, before anything is served
        [ldd, *loaders], capture_output=True, text=True, check=False
    )
    return {name: Path(path) for name, path in LIBRARY.findall(done.stdout)}


def _extensions(name: str) -> Iterator[Path]:
    part = importlib.metadata.distribution(name)
    for file in part.files or []:
        if ".so" in file.name:
            yield Path(str(part.locate_file(file)))


def _of_system(libraries: dict[str, Path]) -> Iterator[str]:
    """Yield what Debian says of each library: who wrote it, and under which terms."""
    said: set[str] = set()
    for name, path in sorted(libraries.items()):
        package = _package_of(path)
        yield f"{LINE}\n{name}, a library of the system{f': {package}' if package else ''}"
        if package and package not in said:
            said.add(package)
            yield from _texts([Path("/usr/share/doc", package, "copyright")])


def _package_of(path: Path) -> str:
    """Return the Debian package that `path` belongs to; nothing elsewhere."""
    dpkg = shutil.which("dpkg")
    if not dpkg:
        return ""
    # Of a library some packages know the name before /usr was merged, some the one after.
    for each in (path.resolve(), path, Path(str(path.resolve()).removeprefix("/usr"))):
        done = subprocess.run(  # noqa: S603 - as above
            [dpkg, "-S", str(each)], capture_output=True, text=True, check=False
        )
        if not done.returncode:
            return done.stdout.split(":")[0]
    return ""
