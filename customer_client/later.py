"""What the executable does not unpack before its window is there: the libraries that encode pictures.

They are two fifths of it, and nobody needs them before a screen is shown. From source there is nothing to
unpack, and the modules that are slow to come are fetched all the same.
"""

import contextlib
import importlib
import sys
import threading
import zipfile
from pathlib import Path
from typing import Final

ARCHIVE: Final = "later.zip"
SLOW: Final = ("av", "av.video.reformatter", "customer_client.direct.peer")

_alone: Final = threading.Lock()


def prepare() -> None:
    """Have ready what sharing a screen needs; it takes a second, on a thread of its own."""
    # What fails here fails again where it is needed, and is told of there. The last is what a module's
    # import ends in where the executable has been removed already: then all is over anyway.
    with contextlib.suppress(OSError, ImportError, zipfile.BadZipFile, SystemExit):
        unpack()
        for module in SLOW:
            importlib.import_module(module)


def unpack() -> None:
    """Unpack what lies packed in the executable's own folder; from any thread, and once."""
    if not getattr(sys, "frozen", False):
        return
    folder = Path(getattr(sys, "_MEIPASS", "."))
    archive = folder / ARCHIVE
    with _alone:
        if archive.exists():
            with zipfile.ZipFile(archive) as packed:
                packed.extractall(folder)
            archive.unlink()
