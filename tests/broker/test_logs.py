"""What the broker writes about itself, and what never gets into it."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from broker import logs


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    stream = io.StringIO()
    logs.configure(stream)
    yield stream
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)


def entries(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def fail() -> None:
    raise ValueError("row ('Max', 'max@example.org')")


def test_an_entry_is_a_line_of_json_with_time_and_level(stream: io.StringIO) -> None:
    structlog.get_logger().info("called", route="/v1/site", status=200)
    (entry,) = entries(stream)
    assert entry.pop("timestamp").endswith("Z")
    assert entry == {"event": "called", "level": "info", "route": "/v1/site", "status": 200}


def test_of_an_exception_its_kind_and_places_are_kept_and_its_words_are_not(
    stream: io.StringIO,
) -> None:
    try:
        fail()
    except ValueError:
        structlog.get_logger().exception("failed", number="1")
    (entry,) = entries(stream)
    assert entry["fault"] == "ValueError"
    assert entry["places"][-1].endswith(" fail")
    assert "example.org" not in stream.getvalue()


def test_of_a_librarys_entry_its_source_is_kept_and_its_words_are_not(stream: io.StringIO) -> None:
    try:
        fail()
    except ValueError:
        logging.getLogger("aiohttp.server").exception("Error handling request from %s", "10.1.2.3")
    (entry,) = entries(stream)
    assert entry["event"] == "aiohttp.server: Error handling request from %s"
    assert entry["fault"] == "ValueError"
    assert "example.org" not in stream.getvalue()
    assert "10.1.2.3" not in stream.getvalue()


def test_what_libraries_chat_about_is_left_out(stream: io.StringIO) -> None:
    logging.getLogger("asyncio").info("selector")
    structlog.get_logger().debug("detail")
    assert stream.getvalue() == ""


def test_a_person_at_a_terminal_reads_lines(stream: io.StringIO) -> None:
    stream.isatty = lambda: True  # type: ignore[method-assign]
    logs.configure(stream)
    structlog.get_logger().info("called", status=200)
    with pytest.raises(json.JSONDecodeError):
        json.loads(stream.getvalue())
    assert "called" in stream.getvalue()
