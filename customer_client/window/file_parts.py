"""Progress and small pictures on the screen, and the ways in which files come to the window.

They are chosen, dropped on it, or pasted. What is dropped needs tkdnd, which comes with tkinterdnd2; a
picture on the clipboard can be read on X11 alone. Where either is missing, files are chosen.
"""

import tkinter as tk
from collections.abc import Callable
from pathlib import Path
from tkinter import filedialog, ttk
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from tkinterdnd2 import TkinterDnD

from customer_client.window import nodes as n
from customer_client.window.deeds import FileDeed, SaveFile, SaveFileAs, SendFiles, SendPicture
from customer_client.window.drawing import Part, draws
from customer_client.words import Words

PROGRESS_WIDTH: Final = 220
PROGRESS_HEIGHT: Final = 7
MOST_PASTED_BYTES: Final = 64 * 1024**2
FILES: Final = "text/uri-list"
PICTURE: Final = "image/png"
WORDS: Final = ("UTF8_STRING", "STRING")


@draws(n.Progress)
class ProgressPart(Part[n.Progress]):
    """A bar that fills."""

    def make(self, parent: tk.Misc) -> Any:
        look = self.look
        height, ground = look.px(PROGRESS_HEIGHT), look.ground(self.on)
        width = look.px(PROGRESS_WIDTH)
        bar = tk.Canvas(parent, width=width, height=height, background=ground, highlightthickness=0)
        colours = (look.palette.line, look.palette.accent)
        self._lines = [
            bar.create_line(0, 0, 0, 0, width=height, capstyle="round", fill=colour)
            for colour in colours
        ]
        self._span = (height // 2 + 1, width - height // 2 - 1, height // 2)
        return bar

    def show(self, node: n.Progress) -> None:
        begin, end, middle = self._span
        done = begin + (end - begin) * min(node.done, node.whole) // max(1, node.whole)
        for line, to in zip(self._lines, (end, done), strict=True):
            self.widget.coords(line, begin, middle, to, middle)


@draws(n.Image)
class ImagePart(Part[n.Image]):
    """A small picture."""

    def make(self, parent: tk.Misc) -> Any:
        return ttk.Label(parent)

    def show(self, node: n.Image) -> None:
        ground = self.look.ground(self.on)
        self.widget.configure(image=self.look.preview(node.content), background=ground)


def choose_files(root: tk.Tk, t: Words) -> SendFiles | None:
    """Let the reader choose files to send; None where they chose none."""
    paths = filedialog.askopenfilenames(parent=root, title=t("Attach file"))
    return SendFiles(paths=tuple(paths)) if paths else None


def choose_place(root: tk.Tk, wanted: SaveFile, t: Words) -> SaveFileAs | None:
    """Let the reader choose where a file shall lie; None where they chose nothing."""
    path = filedialog.asksaveasfilename(
        parent=root,
        title=t("Save as…"),
        initialfile=wanted.name,
        defaultextension=Path(wanted.name).suffix,
    )
    return SaveFileAs(file=wanted.file, path=str(path)) if path else None


def take_drops(root: tk.Tk, took: Callable[[FileDeed], None]) -> bool:
    """Let files be dropped on the window; say whether that works here."""
    try:
        TkinterDnD._require(root)  # noqa: SLF001 - the whole of what we need of it
        root.tk.call("tkdnd::drop_target", "register", ".", "DND_Files")
    except (RuntimeError, tk.TclError):
        return False

    def dropped(data: str) -> str:
        # Not from within the drop: who drops waits for the answer.
        root.after_idle(took, SendFiles(paths=tuple(root.tk.splitlist(data))))
        return "copy"

    root.tk.call("bind", ".", "<<Drop:DND_Files>>", f"{root.register(dropped)} %D")
    return True


def pasted(root: tk.Tk) -> FileDeed | None:
    """Return what the clipboard holds of files or of a picture; None where it is words, or nothing."""
    kinds = _clipboard(root, "TARGETS").split()
    if FILES in kinds:
        paths = tuple(paths_of(bytes_of(_clipboard(root, FILES)).decode("utf-8", "replace")))
        return SendFiles(paths=paths) if paths else None
    if PICTURE in kinds and not any(each in kinds for each in WORDS):
        content = bytes_of(_clipboard(root, PICTURE))
        return SendPicture(content=content) if 0 < len(content) <= MOST_PASTED_BYTES else None
    return None


def _clipboard(root: tk.Tk, kind: str) -> str:
    try:
        return str(root.tk.call("selection", "get", "-selection", "CLIPBOARD", "-type", kind))
    except tk.TclError:
        return ""  # nothing there, or no such thing


def bytes_of(told: str) -> bytes:
    """Return the bytes that Tk tells as numbers (`0x89 0x50 …`), or as what they stand for."""
    try:
        return bytes(int(each, 16) for each in told.split())
    except ValueError:
        return told.encode("utf-8", "surrogateescape")


def paths_of(uris: str) -> list[str]:
    """Return the files of this computer among `uris`, one a line (RFC 2483)."""
    lines = (urlsplit(line.strip()) for line in uris.splitlines() if not line.startswith("#"))
    return [unquote(line.path) for line in lines if line.scheme == "file" and line.path]
