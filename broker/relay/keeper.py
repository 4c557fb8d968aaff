"""Keeps the relays of one server running: a process of its own, forked before the server has a loop.

A relay that dies is forked anew at once, then with growing pauses; nothing is executed. The keeper holds the
listening sockets, so that whoever connects meanwhile waits for the next relay.

When the server stops, so do its relays. When it dies, they go on by themselves: pictures stay. The
next server finds their ports taken, lets them be for as long as they live, and gives them orders as if
they were its own, for both know the same secret.
"""

import gc
import os
import select
import signal
import socket
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Final, NoReturn

import structlog

log = structlog.get_logger()

FIRST_SECONDS: Final = 0.1
LONGEST_SECONDS: Final = 2.0
"""How long a relay that died stays away; its clients are back within 5 s."""

WELL_SECONDS: Final = 10.0
"""A relay that lived so long had started well."""

STOP: Final = b"stop"
LAST_SECONDS: Final = 4.0
"""Relays that still run so long after they were told to stop are killed."""

Run = Callable[[socket.socket, int], None]
"""Be a relay on this socket, started by the process with this number, until SIGTERM."""

Listen = Callable[[int], socket.socket]
"""Listen for the relay with this number, or raise `OSError`."""


class Kept:
    """The keeper as the server sees it; `stop` ends it and every relay."""

    def __init__(self, pid: int, pipe: int) -> None:
        self.pid = pid
        self._pipe = pipe

    def stop(self) -> None:
        """Stop the relays and wait until they are gone."""
        try:
            os.write(self._pipe, STOP)
        except BrokenPipeError:
            log.exception("relay_keeper_gone")
        os.close(self._pipe)
        if not _is_gone_within(2 * LAST_SECONDS, self.pid):
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)


def keep(
    sockets: Sequence[socket.socket | None],
    listen: Listen,
    run: Run,
    servers: Sequence[socket.socket] = (),
) -> Kept:
    """Fork a keeper of as many relays as there are `sockets`; where one is None, its port was taken.

    Call it before there is a loop or a thread. The sockets are closed here, and `servers` there: a
    keeper that lives a moment longer than its server would keep the next one from its port.
    """
    heard, pipe = os.pipe()
    # What is frozen is not touched by the collector, and stays shared.
    gc.collect()
    gc.freeze()
    pid = os.fork()
    if pid == 0:
        os.close(pipe)
        for server in servers:
            server.close()
        _be_the_keeper(heard, [Relay(n, s, listen, run) for n, s in enumerate(sockets, 1)])
    os.close(heard)
    gc.unfreeze()
    for each in sockets:
        if each:
            each.close()
    return Kept(pid, pipe)


class Relay:
    """One relay as the keeper sees it."""

    def __init__(
        self, number: int, listening: socket.socket | None, listen: Listen, run: Run
    ) -> None:
        self.pid = 0
        self.due = 0.0
        """When it is to be started, unless it runs."""
        self._number = number
        self._socket = listening
        self._listen = listen
        self._run = run
        self._wait = FIRST_SECONDS
        self._started = 0.0

    def start(self, forget: Callable[[], None]) -> None:
        """Fork it, if its port is free; the fork is to `forget` first what is the keeper's."""
        self._started = time.monotonic()
        if self._socket is None:
            try:
                self._socket = self._listen(self._number)
            except OSError:
                # A relay of a server that died, most likely. It ends when nobody needs it.
                if not self.due:
                    log.warning("relay_port_taken", relay=self._number)
                self.due = self._started + LONGEST_SECONDS
                return
        listening, keeper = self._socket, os.getpid()
        self.pid = os.fork()
        if self.pid == 0:
            forget()
            # Not asked of the system there: by then the keeper may be gone.
            _leave_by(lambda: self._run(listening, keeper))

    def ended(self, status: int) -> None:
        """Take note that it died with `status`, and when it is to be started again."""
        now = time.monotonic()
        if now - self._started > WELL_SECONDS:
            self._wait = FIRST_SECONDS
        self.pid, self.due = 0, now + self._wait
        self._wait = min(2 * self._wait, LONGEST_SECONDS)
        log.error("relay_died", relay=self._number, status=status)


def _be_the_keeper(heard: int, relays: list[Relay]) -> NoReturn:
    # Ctrl-C is for the server, which then says what is to be done.
    os.setsid()
    _leave_terminal()
    woken, waker = os.pipe()
    os.set_blocking(woken, False)
    os.set_blocking(waker, False)
    signal.set_wakeup_fd(waker, warn_on_full_buffer=False)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for number in (signal.SIGCHLD, signal.SIGTERM):
        signal.signal(number, lambda *_: None)

    def forget() -> None:
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGCHLD, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)
        for pipe in (heard, woken, waker):
            os.close(pipe)

    _leave_by(lambda: _keep(heard, woken, relays, forget))


def _keep(heard: int, woken: int, relays: list[Relay], forget: Callable[[], None]) -> None:
    while True:
        now = time.monotonic()
        for relay in relays:
            if not relay.pid and relay.due <= now:
                relay.start(forget)
        due = [relay.due for relay in relays if not relay.pid]
        wait = max(0.0, min(due) - time.monotonic()) if due else None
        ready, _, _ = select.select([heard, woken], [], [], wait)
        if heard in ready:
            # The end of the pipe without a word: the server died, and its relays stay.
            if os.read(heard, len(STOP)) == STOP:
                _stop(relays)
            return
        if woken in ready and signal.SIGTERM in os.read(woken, 4096):
            _stop(relays)
            return
        for pid, status in _the_dead():
            for relay in relays:
                if relay.pid == pid:
                    relay.ended(status)


def _stop(relays: Iterable[Relay]) -> None:
    running = [relay.pid for relay in relays if relay.pid]
    for pid in running:
        os.kill(pid, signal.SIGTERM)
    until = time.monotonic() + LAST_SECONDS
    for pid in running:
        if not _is_gone_within(until - time.monotonic(), pid):
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)


def _the_dead() -> Iterable[tuple[int, int]]:
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return
        yield pid, os.waitstatus_to_exitcode(status)


def _is_gone_within(seconds: float, pid: int) -> bool:
    until = time.monotonic() + seconds
    while True:
        try:
            if os.waitpid(pid, os.WNOHANG)[0]:
                return True
        except ChildProcessError:
            return True
        if time.monotonic() >= until:
            return False
        time.sleep(0.01)


def _leave_terminal() -> None:
    """Whoever reads what the server prints is not to wait for the relays."""
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    os.close(nothing)


def _leave_by(work: Callable[[], None]) -> NoReturn:
    """Do `work` and leave the process without what the server had still to do on leaving."""
    code = 1
    try:
        work()
        code = 0
    except BaseException:
        log.exception("relay_keeper_failed")
    finally:
        os._exit(code)
