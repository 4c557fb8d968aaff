"""Every part of the native client is named in its notices, with its licence's own words."""

import importlib.metadata

import pytest

from broker.client_notices import (
    PARTS,
    UnknownLibrary,
    bundled,
    closure,
    notices,
    system_libraries,
    terms_of,
)


def test_everything_that_is_needed_is_named_with_its_words() -> None:
    text = "\n".join(notices())
    assert "GNU General Public License, version 3 or later" in text
    for name in closure(PARTS):
        part = importlib.metadata.distribution(name)
        assert f"\n{part.metadata['Name']} {part.version}: " in text
        for library in bundled(part):
            assert f"With {library}: " in text
    for library in system_libraries():
        assert f"\n{library}, a library of the system" in text
    for words in (
        "Apache License",
        "PYTHON SOFTWARE FOUNDATION LICENSE",
        "libtk8.6.so",
        "With libx264",
    ):
        assert words in text


def test_what_needs_something_brings_it_along() -> None:
    found = closure(["aiortc"])
    assert {"aiortc", "aioice", "cryptography", "cffi", "av"} <= set(found)
    assert closure(["no-such-package"]) == []


def test_a_library_that_nobody_knows_stops_the_build() -> None:
    assert terms_of("libavif-01e67780.so.16.3.0").startswith("BSD-2-Clause")
    assert terms_of("libavcodec-1.so.61").startswith("FFmpeg")
    with pytest.raises(UnknownLibrary, match="libnew"):
        terms_of("libnew-1.so")
