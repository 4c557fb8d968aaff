"""Identifiers that sort by the time they were made."""

import uuid

from protocol.identifiers import uuid7


def test_an_identifier_is_a_uuid_of_version_7_whatever_the_random_bytes() -> None:
    for random in (bytes(10), b"\xff" * 10, bytes(range(10))):
        made = uuid.UUID(uuid7(1_800_000_000_000, random))
        assert (made.version, made.variant) == (7, uuid.RFC_4122)
        assert str(made) == uuid7(1_800_000_000_000, random)


def test_the_example_of_the_standard() -> None:
    """RFC 9562, appendix A.6; the bits that it leaves to the version and the variant are ours."""
    random = bytes.fromhex("0cc318c4dc0c0c07398f")
    assert uuid7(0x017F22E279B0, random) == "017f22e2-79b0-7cc3-98c4-dc0c0c07398f"


def test_identifiers_sort_by_time() -> None:
    times = [0, 1, 1_800_000_000_000, 1_800_000_000_001, 2**48 - 1]
    made = [uuid7(time, bytes([255 - number] * 10)) for number, time in enumerate(times)]
    assert made == sorted(made)
