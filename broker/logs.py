"""What the broker writes about itself: JSON lines, or colours on a terminal, to standard error.

Nothing personal belongs here: no chat text, names, addresses of mail, query strings or tokens. An
exception's message may quote a row, so of an exception only its kind and where it came from is kept.
"""

import logging
import sys
import traceback
from collections.abc import MutableMapping
from typing import Any, TextIO

import structlog

Entry = MutableMapping[str, Any]


def configure(stream: TextIO = sys.stderr) -> None:
    """Let everything that is logged, also by libraries, go to `stream`."""
    renderer: Any = structlog.processors.JSONRenderer()
    if stream.isatty():
        renderer = structlog.dev.ConsoleRenderer()
    shared: list[Any] = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        without_message,
    ]
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(stream),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared[:2], _of_library],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                without_message,
                renderer,
            ],
        )
    )
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)


def without_message(_logger: object, _method: str, entry: Entry) -> Entry:
    """Replace an exception by its kind and the places it went through."""
    found = entry.pop("exc_info", None)
    if found is True:
        found = sys.exc_info()
    fault = found[1] if isinstance(found, tuple) else found
    if isinstance(fault, BaseException):
        entry["fault"] = type(fault).__name__
        entry["places"] = [
            f"{frame.filename}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(fault.__traceback__)[-10:]
        ]
    return entry


def _of_library(_logger: object, _method: str, entry: Entry) -> Entry:
    """Keep of a library's entry its source, not the words: they may quote what came in."""
    record: logging.LogRecord = entry["_record"]
    entry["event"] = f"{record.name}: {record.msg if isinstance(record.msg, str) else ''}"
    return entry
