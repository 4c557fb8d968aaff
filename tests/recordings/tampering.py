"""Changes a bundle at random, as somebody who holds the disk but not the keys might."""

import random
import shutil
from collections.abc import Callable
from pathlib import Path

from recordings import bundle as files


def tamper(folder: Path, other: Path, older: Path, dice: random.Random) -> str:
    """Change the bundle in `folder` in one way; `other` is another recording of the same site and
    `older` an earlier state of the same one. Return what was done, "" if it came to nothing.
    """
    before = _bytes(folder)
    said = dice.choice(WAYS)(folder, other, older, dice)
    return said if _bytes(folder) != before else ""


def _bytes(folder: Path) -> dict[str, bytes]:
    found = files.Folder(folder)
    return {name: found.read(name) or b"" for name in found.names()}


def _one(folder: Path, dice: random.Random) -> Path:
    return folder / dice.choice(files.Folder(folder).names())


def _segments(folder: Path) -> list[Path]:
    return sorted((folder / files.SEGMENTS).iterdir())


def flip(folder: Path, _other: Path, _older: Path, dice: random.Random) -> str:
    path = _one(folder, dice)
    data = bytearray(path.read_bytes())
    at = dice.randrange(len(data))
    data[at] ^= 1 << dice.randrange(8)
    path.write_bytes(data)
    return f"a bit of {path.name} at {at}"


def cut(folder: Path, _other: Path, _older: Path, dice: random.Random) -> str:
    path = _one(folder, dice)
    data = path.read_bytes()
    at = dice.randrange(len(data))
    path.write_bytes(data[:at])
    return f"{path.name} cut at {at}"


def extend(folder: Path, _other: Path, _older: Path, dice: random.Random) -> str:
    path = _one(folder, dice)
    path.write_bytes(path.read_bytes() + dice.randbytes(dice.randrange(1, 40)))
    return f"{path.name} extended"


def insert(folder: Path, _other: Path, _older: Path, dice: random.Random) -> str:
    path = _one(folder, dice)
    data = path.read_bytes()
    at = dice.randrange(len(data) + 1)
    path.write_bytes(data[:at] + dice.choice((b" ", b"\n", b"\0", dice.randbytes(3))) + data[at:])
    return f"something put into {path.name} at {at}"


def drop_out(folder: Path, _other: Path, _older: Path, dice: random.Random) -> str:
    path = _one(folder, dice)
    data = path.read_bytes()
    at = dice.randrange(len(data))
    path.write_bytes(data[:at] + data[at + dice.randrange(1, 30) :])
    return f"something taken out of {path.name} at {at}"


def swap(folder: Path, _other: Path, _older: Path, dice: random.Random) -> str:
    one, two = dice.sample(_segments(folder), 2)
    first, second = one.read_bytes(), two.read_bytes()
    one.write_bytes(second)
    two.write_bytes(first)
    return f"{one.name} and {two.name} swapped"


def splice(folder: Path, other: Path, _older: Path, dice: random.Random) -> str:
    path = dice.choice(_segments(folder))
    shutil.copy(dice.choice(_segments(other)), path)
    return f"{path.name} from another recording"


def remove(folder: Path, _other: Path, _older: Path, dice: random.Random) -> str:
    path = _one(folder, dice)
    if path.name in (files.MANIFEST, files.TEXTS):
        # Without the one there is nothing to prove; the other may be erased.
        return ""
    path.unlink()
    return f"{path.name} removed"


def rename(folder: Path, _other: Path, _older: Path, dice: random.Random) -> str:
    path = _one(folder, dice)
    if path.name in (files.MANIFEST, files.TEXTS):
        return ""
    path.rename(path.with_name(f"{dice.randrange(10**8):08d}"))
    return f"{path.name} renamed"


def repeat(folder: Path, _other: Path, _older: Path, dice: random.Random) -> str:
    segments = _segments(folder)
    shutil.copy(dice.choice(segments), folder / files.segment_name(len(segments)))
    return "a segment twice"


def shorten(folder: Path, _other: Path, _older: Path, dice: random.Random) -> str:
    for path in _segments(folder)[dice.randrange(1, len(_segments(folder))) :]:
        path.unlink()
    return "the end removed"


def replace_one(folder: Path, other: Path, _older: Path, dice: random.Random) -> str:
    path = _one(other, dice)
    shutil.copy(path, folder / path.relative_to(other))
    return f"{path.name} of another recording"


def roll_back(folder: Path, _other: Path, older: Path, _dice: random.Random) -> str:
    shutil.rmtree(folder)
    shutil.copytree(older, folder)
    return "an earlier state"


Way = Callable[[Path, Path, Path, random.Random], str]
WAYS: tuple[Way, ...] = (
    flip, flip, flip, cut, extend, insert, drop_out, swap, splice,
    remove, rename, repeat, shorten, replace_one, roll_back,
)  # fmt: skip
