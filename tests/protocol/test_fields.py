"""The bounds of every kind of value."""

from typing import Any

import msgspec
import pytest

from protocol import fields


def fits(value: Any, kind: Any) -> bool:
    try:
        msgspec.convert(value, kind)
    except msgspec.ValidationError:
        return False
    return True


@pytest.mark.parametrize(
    ("kind", "right", "wrong"),
    [
        (
            fields.RequestId,
            ["01890a5d-ac96-774b-bcce-b302099a8057"],
            [
                "",
                "01890A5D-AC96-774B-BCCE-B302099A8057",
                "01890a5d-ac96-474b-bcce-b302099a8057",
                "01890a5d-ac96-774b-ccce-b302099a8057",
                "01890a5dac96774bbcceb302099a8057",
            ],
        ),
        (fields.Id, ["", "a", "Ab9_.:-", "x" * 64], ["x" * 65, "a b", "ä", "a/b", "a\x00"]),
        (fields.Digest, ["", "0f" * 32], ["0f" * 31, "0F" * 32, "0f" * 33, "zz" * 32]),
        (fields.Name, ["", "Łukasz", "x" * 120], ["x" * 121, "\x00"]),
        (fields.Email, ["", "a@b", "kim+x@example.test"], ["a", "a@", "@b", "a@b@c", "a b@c"]),
        (fields.Email, ["x" * 252 + "@b"], ["x" * 253 + "@b"]),
        (fields.Language, ["en", "de", "es", "fr", "it"], ["", "EN", "en-GB", "pl", "den"]),
        (
            fields.Url,
            ["", "http://a", "https://example.test/?a=b#c", "https://" + "a" * 1992],
            ["javascript:alert(1)", "HTTPS://a", " https://a", "https://a b", "ftp://a"],
        ),
        (fields.Url, [], ["https://" + "a" * 1993, "data:text/html,x", "//a", "file:///a"]),
        (fields.Text, ["a", "\n", "x" * 4000], ["", "x" * 4001, "a\x00"]),
        (fields.Remark, ["", "x" * 4000], ["x" * 4001, "\x00"]),
        (fields.FileName, ["", "a b.txt", "x" * 255], ["x" * 256, "\x00"]),
        (fields.Time, [0, 2**53 - 1], [-1, 2**53, 1.5, "1"]),
        (fields.Count, [0, 2**53 - 1], [-1, 2**53, 1.5, "1"]),
        (fields.Rating, [0, 5], [-1, 6]),
        (fields.Tools, [["view"], ["view"] * 6], [[], ["view"] * 7, ["root"], "view"]),
    ],
)
def test_what_fits_and_what_does_not(kind: Any, right: list[Any], wrong: list[Any]) -> None:
    assert [value for value in right if not fits(value, kind)] == []
    assert [value for value in wrong if fits(value, kind)] == []


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n", " ", "\u2028", "\x00"])
def test_nothing_hides_behind_the_end_of_a_value(end: str) -> None:
    """Python's `$` would let one line feed through: into a header, a file name, a unique key."""
    for kind, value in (
        (fields.RequestId, "01890a5d-ac96-774b-bcce-b302099a8057"),
        (fields.Id, "a"),
        (fields.Id, ""),
        (fields.Digest, "0f" * 32),
        (fields.Digest, ""),
        (fields.Email, "a@b"),
        (fields.Email, ""),
        (fields.Language, "en"),
        (fields.Url, "https://a"),
        (fields.Url, ""),
    ):
        assert fits(value, kind)
        assert not fits(value + end, kind)
