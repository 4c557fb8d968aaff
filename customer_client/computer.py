"""What this computer is made of: what somebody who helps asks first, read from Linux itself.

Nothing is started to find it out, and nothing is read that only an administrator may. Where a system
says nothing of a kind, nothing is told of it.
"""

import contextlib
import getpass
import os
import platform
import shutil
import socket
import struct
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from customer_client.screen.display import Layout
from protocol.system import Disk, MonitorSize, Network, Program, System

PROC: Final = Path("/proc")
LABEL: Final = 60
MOST_DISKS, MOST_NETWORKS, MOST_MONITORS, MOST_PROGRAMS = 8, 8, 6, 20
SIOCGIFADDR: Final = 0x8915
"""Linux's question for the address of an interface (netdevice(7))."""


def look(
    layout: Layout | None, environment: Mapping[str, str] = os.environ, proc: Path = PROC
) -> System:
    """Return what there is to say of this computer, whose monitors `layout` knows."""
    memory = _numbers(proc / "meminfo")
    return System(
        system=_label(_system()),
        kernel=_label(f"{platform.system()} {platform.release()} {platform.machine()}"),
        computer=_label(platform.node()),
        account=_label(_account()),
        desktop=_label(_desktop(environment)),
        language=_label(environment.get("LC_ALL") or environment.get("LANG", "")),
        zone=_label(time.strftime("%Z %z")),
        processor=_label(_processor(proc)),
        cores=os.cpu_count() or 0,
        load=_load(),
        memory=memory.get("MemTotal", 0) * 1024,
        memory_free=memory.get("MemAvailable", 0) * 1024,
        up_seconds=_up_seconds(proc),
        disks=tuple(_disks(proc))[:MOST_DISKS],
        networks=tuple(_networks())[:MOST_NETWORKS],
        monitors=tuple(_monitors(layout))[:MOST_MONITORS],
        programs=_largest(_programs(proc)),
    )


def _label(text: str) -> str:
    return " ".join(text.replace("\0", " ").split())[:LABEL]


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def _system() -> str:
    with contextlib.suppress(OSError):
        return platform.freedesktop_os_release().get("PRETTY_NAME", "")
    return f"{platform.system()} {platform.release()}"


def _account() -> str:
    with contextlib.suppress(OSError, KeyError):
        return getpass.getuser()
    return ""


def _desktop(environment: Mapping[str, str]) -> str:
    names = (environment.get("XDG_CURRENT_DESKTOP", ""), environment.get("XDG_SESSION_TYPE", ""))
    return ", ".join(name for name in names if name)


def _processor(proc: Path) -> str:
    for line in _text(proc / "cpuinfo").splitlines():
        name, _, value = line.partition(":")
        if name.strip() in ("model name", "Model", "Hardware"):
            return value
    return platform.processor()


def _numbers(path: Path) -> dict[str, int]:
    """Return the first number of each line `Name:   123 kB`."""
    found = {}
    for line in _text(path).splitlines():
        name, _, rest = line.partition(":")
        if (number := rest.split(maxsplit=1)[:1]) and number[0].isdigit():
            found[name] = int(number[0])
    return found


def _load() -> int:
    with contextlib.suppress(OSError, AttributeError):
        return round(os.getloadavg()[0] * 100)
    return 0


def _up_seconds(proc: Path) -> int:
    words = _text(proc / "uptime").split()
    return int(float(words[0])) if words else 0


def _disks(proc: Path) -> Iterator[Disk]:
    """Yield what is mounted from a device, each device once."""
    seen = set()
    for line in _text(proc / "mounts").splitlines():
        device, place, *_ = [*line.split(), "", ""]
        if not device.startswith("/dev/") or device.startswith("/dev/loop") or device in seen:
            continue
        with contextlib.suppress(OSError):
            # Blanks in names are written as octal numbers there (fstab(5)).
            place = place.replace("\\040", " ")
            usage = shutil.disk_usage(place)
            seen.add(device)
            yield Disk(name=_label(place), size=usage.total, free=usage.free)


def _networks() -> Iterator[Network]:
    if sys.platform != "linux":
        return
    for _, name in socket.if_nameindex():
        if name != "lo" and (address := _address(name)):
            yield Network(name=_label(name), address=address)


def _address(name: str) -> str:
    """Return the IPv4 address of an interface; nothing where it has none."""
    from fcntl import ioctl  # noqa: PLC0415 - not on Windows

    with (
        contextlib.suppress(OSError),
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking,
    ):
        asked = struct.pack("256s", name.encode()[:15])
        return socket.inet_ntoa(ioctl(asking.fileno(), SIOCGIFADDR, asked)[20:24])
    return ""


def _monitors(layout: Layout | None) -> Iterator[MonitorSize]:
    for name, place in zip(layout.names, layout.monitors, strict=False) if layout else ():
        yield MonitorSize(name=_label(name), width=place.width, height=place.height)


def _programs(proc: Path) -> Iterator[tuple[str, int]]:
    """Yield the name of each process of this account, and the memory it holds."""
    page, mine = os.sysconf("SC_PAGE_SIZE"), os.getuid()
    for folder in proc.iterdir():
        if not folder.name.isdigit():
            continue
        with contextlib.suppress(OSError, ValueError, IndexError):  # it has just ended
            if folder.stat().st_uid == mine:
                held = int((folder / "statm").read_text(encoding="ascii").split()[1])
                if held:  # threads of the system's core hold nothing
                    yield _label(_text(folder / "comm")), held * page


def _largest(programs: Iterable[tuple[str, int]]) -> tuple[Program, ...]:
    held: defaultdict[str, list[int]] = defaultdict(list)
    for name, memory in programs:
        held[name].append(memory)
    found = [Program(name=n, count=len(each), memory=sum(each)) for n, each in held.items()]
    found.sort(key=lambda each: (-each.memory, each.name))
    return tuple(found[:MOST_PROGRAMS])
