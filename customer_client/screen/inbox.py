"""What a thread is told while it waits for a display: a queue that `select` can wait for."""

import contextlib
import os
import threading
from collections import deque
from typing import Generic, TypeVar

T = TypeVar("T")


class Inbox(Generic[T]):
    """Put in from any thread; waited for and taken out on one."""

    def __init__(self) -> None:
        self._waiting: deque[T] = deque()
        self._lock = threading.Lock()
        self._is_open = True
        self._reader, self._writer = os.pipe()
        os.set_blocking(self._reader, False)
        os.set_blocking(self._writer, False)

    def fileno(self) -> int:
        """Return what becomes readable when something is put in."""
        return self._reader

    def put(self, what: T) -> None:
        """Put in `what`; after closing, nowhere."""
        self._waiting.append(what)
        self.wake()

    def wake(self) -> None:
        """End the wait, though there may be nothing."""
        with self._lock:
            if self._is_open:
                # A pipe that is full wakes as well.
                with contextlib.suppress(BlockingIOError):
                    os.write(self._writer, b".")

    def take(self) -> list[T]:
        """Return all that was put in since the last time."""
        with contextlib.suppress(BlockingIOError):
            os.read(self._reader, 65_536)
        taken = []
        while self._waiting:
            taken.append(self._waiting.popleft())
        return taken

    def close(self) -> None:
        """Let go of the pipe; what is put in from now on is lost."""
        with self._lock:
            if self._is_open:
                self._is_open = False
                os.close(self._reader)
                os.close(self._writer)
