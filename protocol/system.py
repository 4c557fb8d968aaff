"""What a customer's computer is made of, as it tells a rep who was allowed to ask.

Everything in it may say something of a person, so that a fact holds all of it as one text, which is
erased like words. Sizes are in bytes; what is not known is empty or 0.
"""

from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from protocol.fields import Count, Label


class Part(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something of which there may be several."""


class Disk(Part, frozen=True, kw_only=True):
    """What is mounted at `name`."""

    name: Label
    size: Count
    free: Count


class Network(Part, frozen=True, kw_only=True):
    """An interface, and one address it has."""

    name: Label
    address: Label = ""


class MonitorSize(Part, frozen=True, kw_only=True):
    name: Label
    width: Count
    height: Count


class Program(Part, frozen=True, kw_only=True):
    """What runs `count` times under this name, and how much memory it holds."""

    name: Label
    count: Count
    memory: Count


class System(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All that is told. `up_seconds` is since when the computer runs, `load` is in hundredths of
    a processor, over the last minute."""

    system: Label = ""
    kernel: Label = ""
    computer: Label = ""
    account: Label = ""
    desktop: Label = ""
    language: Label = ""
    zone: Label = ""
    processor: Label = ""
    cores: Count = 0
    load: Count = 0
    memory: Count = 0
    memory_free: Count = 0
    up_seconds: Count = 0
    disks: Annotated[tuple[Disk, ...], Meta(max_length=8)] = ()
    networks: Annotated[tuple[Network, ...], Meta(max_length=8)] = ()
    monitors: Annotated[tuple[MonitorSize, ...], Meta(max_length=6)] = ()
    programs: Annotated[tuple[Program, ...], Meta(max_length=20)] = ()


def told(system: System) -> str:
    """Return `system` as the text of a fact."""
    return msgspec.json.encode(system).decode()


def read(text: str) -> System:
    """Return what `text` of a fact tells; raise `msgspec.DecodeError` when it is no such text."""
    return msgspec.json.decode(text, type=System)
