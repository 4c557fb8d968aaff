"""Lines of the ledger follow from each other, and whoever changes one changes all after it."""

import msgspec
import pytest

from recordings import ledger, signing
from recordings.ledger import BadLedger, Entry, Line
from tests.recordings.recorded import SIGNING


def made(count: int) -> list[Line]:
    lines: list[Line] = []
    for number in range(count):
        entry = Entry(kind="viewed", recording=f"{number:032x}", by="cora")
        lines.append(ledger.follow(lines[-1] if lines else None, 1000 + number, entry))
    return lines


def test_lines_that_follow_from_each_other_are_right_from_any_on() -> None:
    lines = made(5)
    assert ledger.check(lines) == lines[-1]
    assert ledger.check(lines[2:]) == lines[-1]
    assert ledger.check([]) is None


@pytest.mark.parametrize("field", ["at", "entry", "number", "previous"])
@pytest.mark.parametrize("which", range(4))
def test_a_changed_line_shows_in_the_one_after_it(which: int, field: str) -> None:
    lines = made(5)
    changed = {"at": 7, "entry": "0" * 64, "number": 77, "previous": "1" * 64}
    lines[which] = msgspec.structs.replace(lines[which], **{field: changed[field]})
    with pytest.raises(BadLedger):
        ledger.check(lines)


def test_a_missing_or_repeated_line_shows() -> None:
    lines = made(5)
    with pytest.raises(BadLedger, match="line 4 after line 2"):
        ledger.check(lines[:2] + lines[3:])
    with pytest.raises(BadLedger):
        ledger.check([*lines, lines[-1]])


def test_the_first_line_cannot_be_left_out_by_numbering_the_second_one_first() -> None:
    second = msgspec.structs.replace(made(2)[1], number=1)
    with pytest.raises(BadLedger, match="wrong beginning"):
        ledger.check([second])


def test_a_head_is_signed_for_its_number_digest_and_time() -> None:
    head = ledger.sign_head(made(3)[-1], 5, SIGNING)
    signer = signing.signer_of(SIGNING)
    assert ledger.is_signed(head, signer)
    for change in ({"number": 2}, {"digest": "0" * 64}, {"at": 6}, {"signature": "00" * 64}):
        assert not ledger.is_signed(msgspec.structs.replace(head, **change), signer)
    assert ledger.read_short(head.short) == (head.number, head.digest)


def test_a_signature_of_one_thing_is_none_of_another() -> None:
    signed = signing.sign(signing.MANIFEST, b"x", SIGNING)
    signer = signing.signer_of(SIGNING)
    assert signing.is_signed(signing.MANIFEST, b"x", signed, signer)
    assert not signing.is_signed(signing.HEAD, b"x", signed, signer)
    assert not signing.is_signed(signing.MANIFEST, b"x", signed.upper(), signer)
    assert not signing.is_signed(signing.MANIFEST, b"x", "no hex", signer)
    assert not signing.is_signed(signing.MANIFEST, b"x", signed, "00" * 31)
