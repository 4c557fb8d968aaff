"""Messages of the picture as JSON can say them, shared with the tests of the pages."""

import json
from pathlib import Path
from typing import Any

from msgspec.structs import asdict

from protocol import picture as p
from protocol.requests import snake

FILE = Path(__file__).parents[1] / "golden" / "picture" / "messages.json"

BODIES: tuple[type[p.Body], ...] = tuple(p.Body.__subclasses__())
_KINDS = {snake(body.__name__): body for body in BODIES}


def golden() -> dict[str, Any]:
    """Return the file: `good` messages with their bytes, `bad` bytes with what is wrong."""
    content: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return content


def to_json(message: p.Message) -> dict[str, Any]:
    """Return `message` as plain JSON; bytes are hex, rectangles lists of four."""
    plain = asdict(message)
    body = asdict(message.body)
    if shape := body.get("shape"):
        body["shape"] = asdict(shape)
    return plain | {"kind": snake(type(message.body).__name__), "body": body}


def from_json(plain: dict[str, Any]) -> p.Message:
    """Return the message that `to_json` made `plain` from."""
    fields = dict(plain)
    kind, body = _KINDS[fields.pop("kind")], dict(fields.pop("body"))
    for name in ("data", "rgba"):
        if name in body:
            body[name] = bytes.fromhex(body[name])
    if shape := body.get("shape"):
        body["shape"] = p.CursorShape(**shape | {"rgba": bytes.fromhex(shape["rgba"])})
    if "area" in body:
        body["area"] = p.Rectangle(*body["area"])
    if "names" in body:
        body["names"] = tuple(body["names"])
    if "sources" in body:
        body["sources"] = tuple((x, y) for x, y in body["sources"])
    fields["rectangles"] = tuple(p.Rectangle(*each) for each in fields["rectangles"])
    return p.Message(**fields, body=kind(**body))
