"""Which kind of file a name promises. What is in it, the broker looks up: `broker/file_contents.py`."""

from typing import Final

from protocol.fields import FileKind

KIND_OF: Final[dict[str, FileKind]] = {
    "pdf": "pdf",
    "mp3": "mp3",
    "mp4": "mp4",
    "m4a": "mp4",
    "m4v": "mp4",
    "doc": "word",
    "docx": "word",
    "xls": "excel",
    "xlsx": "excel",
    "msi": "msi",
    "png": "picture",
    "jpg": "picture",
    "jpeg": "picture",
    "gif": "picture",
    "webp": "picture",
    "bmp": "picture",
    "txt": "text",
    "log": "text",
    "csv": "text",
    "md": "text",
    "ini": "text",
    "json": "text",
    "xml": "text",
    "zip": "zip",
}
"""Kinds by the ending of a name, in small letters."""

LONGEST: Final = 32


def ending_of(name: str) -> str:
    """Return the ending of `name` as it can be shown, in small letters; "" where it has none.

    Windows drops dots and spaces at the end of a name, so what stands before them is its ending.
    """
    ending = name.rstrip(". ").rpartition(".")[2].lower() if "." in name else ""
    return ending if len(ending) <= LONGEST and ending.isascii() and ending.isalnum() else ""


def kind_of(name: str) -> FileKind | None:
    """Return the kind that `name` promises, or None where it promises none of ours."""
    return KIND_OF.get(ending_of(name))
