"""What is in a file says what it is, and its name does not."""

import io
import zipfile

import pytest

from broker.file_contents import Contents
from protocol.fields import FileKind
from protocol.terms import Rules

CFB = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504)


def packed(*names: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return made.getvalue()


SAMPLES: list[tuple[str, bytes, set[FileKind]]] = [
    ("pdf", b"%PDF-1.7\n\0\xff", {"pdf"}),
    ("pdf after a mark", b"\xef\xbb\xbf\n%PDF-1.7 \xff\x00", {"pdf"}),
    ("program with a pdf inside", b"MZ\x90\0" + bytes(90) + b"%PDF-1.7", set()),
    ("mp3 with a tag", b"ID3\x04\0" + bytes(90), {"mp3"}),
    ("mp3", b"\xff\xfb\x90\x64" + bytes(90), {"mp3"}),
    ("mp4", b"\0\0\0\x20ftypisom" + bytes(90), {"mp4"}),
    ("still picture in the same box", b"\0\0\0\x20ftypheic" + bytes(90), set()),
    ("png", b"\x89PNG\r\n\x1a\n" + bytes(9), {"picture"}),
    ("jpeg", b"\xff\xd8\xff\xe0" + bytes(9), {"picture"}),
    ("gif", b"GIF89a" + bytes(9), {"picture"}),
    ("webp", b"RIFF\x10\0\0\0WEBP", {"picture"}),
    ("text", "Grüße\r\n\tund mehr".encode(), {"text"}),
    ("old text", "Grüße".encode("latin-1"), {"text"}),
    ("wide text", "Grüße".encode("utf-16"), {"text"}),
    ("almost text", b"hello\0", set()),
    ("elf", b"\x7fELF\x02\x01\x01" + bytes(90), set()),
    ("zip", packed("a.txt"), {"zip"}),
    ("docx", packed("[Content_Types].xml", "word/document.xml"), {"word", "zip"}),
    ("xlsx", packed("[Content_Types].xml", "xl/workbook.xml"), {"excel", "zip"}),
    ("doc", CFB + "WordDocument".encode("utf-16-le"), {"word"}),
    ("xls", CFB + "Workbook".encode("utf-16-le"), {"excel"}),
    ("msi", CFB + bytes.fromhex("84100c0000000000c000000000000046"), {"msi"}),
    ("other compound file", CFB, set()),
]


@pytest.mark.parametrize(
    ("content", "kinds"), [each[1:] for each in SAMPLES], ids=[s[0] for s in SAMPLES]
)
@pytest.mark.parametrize("step", [7, 10_000])
def test_a_file_is_what_is_in_it(content: bytes, kinds: set[FileKind], step: int) -> None:
    contents = Contents()
    for start in range(0, len(content), step):
        contents.add(content[start : start + step])
    assert {kind for kind in Rules().file_kinds if contents.is_a(kind)} == kinds
    assert all(contents.may_be(kind) for kind in kinds)
