"""A thousand names, and none of them is a path, a trick, or longer than anybody reads."""

import itertools
import unicodedata

import pytest

from protocol.file_names import LONGEST, safe_name

STEMS = ["a", "..", "...", "", " ", "con", "NUL", "a\0b", "a\nb", "\u202egpj", "x" * 300, "ß" * 200]
ROOTS = ["", "/", "../", "..\\", "C:\\", "\\\\host\\share\\", "~/", "./", "%2e%2e/", "file:///etc/"]
ENDINGS = ["", ".txt", ".pdf", ".exe ", ".tar.gz", ".", ". .", ".\u202etxt", "::$DATA"]
NAMES = ["".join(parts) for parts in itertools.product(ROOTS, STEMS, ENDINGS)]


def test_there_are_a_thousand() -> None:
    assert len(NAMES) >= 1000


def test_no_name_is_a_path_or_a_trick() -> None:
    for name in NAMES:
        safe = safe_name(name)
        assert 0 < len(safe) <= LONGEST, name
        assert not set(safe) & set('/\\:*?"<>|\0\n\r\t'), name
        assert safe.strip(". ") == safe, name
        assert all(unicodedata.category(sign)[0] != "C" for sign in safe), name
        assert safe.partition(".")[0].lower() not in {"con", "nul", "aux", "prn"}, name
        assert safe_name(safe) == safe, name


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("Bericht 2026.pdf", "Bericht 2026.pdf"),
        ("../../etc/passwd", "passwd"),
        ("photo\u202egpj.exe", "photogpj.exe"),
        ("con.txt", "file_con.txt"),
        ("   ", "file"),
        ("e\u0301te\u0301.txt", "\u00e9t\u00e9.txt"),
        ("x" * 300 + ".pdf", "x" * 115 + "….pdf"),
    ],
)
def test_a_name_keeps_what_it_says(name: str, safe: str) -> None:
    assert safe_name(name) == safe
