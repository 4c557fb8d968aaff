"""Which kind of file something is, by what is in it.

Nothing is parsed: a file is recognised by its first bytes and by words that stand somewhere in it.
That is enough to tell a program from an invoice, and no parser can be led astray by it. Where the
marks come from: ISO 32000 (PDF), ISO 11172-3 (MP3), ISO 14496-12 (MP4), MS-CFB, ECMA-376 and
APPNOTE (Office, MSI and zip), and the formats of pictures.
"""

import codecs
import hashlib
from collections.abc import Mapping
from typing import Final

from protocol.fields import FileKind

HEAD_BYTES: Final = 1024
"""So much says what a file pretends to be."""

_OVERLAP: Final = 64
_CFB: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06")

_MARKS: Final[Mapping[FileKind, Mapping[str, tuple[bytes, ...]]]] = {
    "word": {
        "cfb": ("WordDocument".encode("utf-16-le"),),
        "zip": (b"word/document.xml",),
    },
    "excel": {
        "cfb": ("Workbook".encode("utf-16-le"), "B\0o\0o\0k\0\0\0".encode("latin-1")),
        "zip": (b"xl/workbook.xml",),
    },
    # The class of an installer's root: {000C1084-0000-0000-C000-000000000046}.
    "msi": {"cfb": (bytes.fromhex("84100c0000000000c000000000000046"),)},
}


class Contents:
    """Looks at a file as it goes by, and makes its digest. `size` is how much has gone by."""

    def __init__(self) -> None:
        self.size = 0
        self._digest = hashlib.sha256()
        self._head = b""
        self._tail = b""
        self._found: set[FileKind] = set()
        self._text = _Text()

    def add(self, content: bytes) -> None:
        """Look at what comes next."""
        if len(self._head) < HEAD_BYTES:
            self._head += content[: HEAD_BYTES - len(self._head)]
        self._digest.update(content)
        self._text.add(content)
        self._find(content)
        self.size += len(content)

    @property
    def digest(self) -> str:
        """The SHA-256 of all so far, in hex."""
        return self._digest.hexdigest()

    @property
    def container(self) -> str:
        """Which container it is, "cfb" or "zip", or "" for none."""
        if self._head.startswith(_CFB):
            return "cfb"
        return "zip" if self._head.startswith(_ZIP) else ""

    def may_be(self, kind: FileKind) -> bool:
        """Say, from its beginning alone, whether it can still turn out to be of `kind`."""
        if kind in _MARKS:
            return self.container in _MARKS[kind]
        return self.is_a(kind)

    def is_a(self, kind: FileKind) -> bool:
        """Say whether all of it together is of `kind`."""
        if kind in _MARKS:
            return self.container in _MARKS[kind] and kind in self._found
        if kind == "text":
            return self._text.is_text
        if kind == "zip":
            return self.container == "zip"
        return _begins_as(kind, self._head)

    def _find(self, content: bytes) -> None:
        container = self.container
        if not container:
            return
        seen = self._tail + content
        for kind, marks in _MARKS.items():
            if kind not in self._found and any(mark in seen for mark in marks.get(container, ())):
                self._found.add(kind)
        self._tail = seen[-_OVERLAP:]


def _begins_as(kind: FileKind, head: bytes) -> bool:
    if kind == "pdf":
        # Readers take more before it, and so would whoever hides a program there.
        return head.removeprefix(codecs.BOM_UTF8).lstrip(b" \t\r\n").startswith(b"%PDF-")
    if kind == "mp4":
        return head[4:8] == b"ftyp" and head[8:12] not in _STILL_BRANDS
    if kind == "mp3":
        return head.startswith(b"ID3") or _is_mpeg_audio(head)
    return kind == "picture" and _is_picture(head)


_STILL_BRANDS: Final = (b"avif", b"avis", b"heic", b"heix", b"mif1", b"msf1")


def _is_mpeg_audio(head: bytes) -> bool:
    """Say whether it begins with the header of a frame of layer III (ISO 11172-3, 2.4.1.3)."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE6 != 0xE2:
        return False
    version, bitrate, sampling = head[1] >> 3 & 3, head[2] >> 4, head[2] >> 2 & 3
    return version != 1 and bitrate not in (0, 15) and sampling != 3


def _is_picture(head: bytes) -> bool:
    if head.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a")):
        return True
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return True
    # Two letters are too few for a format: the four bytes after the size are zero.
    return head[:2] == b"BM" and head[6:10] == bytes(4)


class _Text:
    """Whether something is text: UTF-8, UTF-16 with its mark, or an older set of 256 letters,
    and no control characters but those that texts have."""

    _CONTROLS: Final = bytes(set(range(32)) - set(b"\t\n\r\f\x1b")) + b"\x7f"

    def __init__(self) -> None:
        self._is_text = True
        self._wide: codecs.IncrementalDecoder | None = None
        self._begun = False

    def add(self, content: bytes) -> None:
        if not (self._is_text and content):
            return
        if not self._begun:
            self._begun = True
            if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
                self._wide = codecs.getincrementaldecoder("utf-16")()
        if self._wide is None:
            # Deleting them all is done at the speed of memory.
            self._is_text = len(content.translate(None, self._CONTROLS)) == len(content)
            return
        try:
            letters = self._wide.decode(content)
        except UnicodeDecodeError:
            self._is_text = False
            return
        controls = self._CONTROLS.decode("latin-1")
        self._is_text = len(letters.translate(dict.fromkeys(map(ord, controls)))) == len(letters)

    @property
    def is_text(self) -> bool:
        return self._is_text
