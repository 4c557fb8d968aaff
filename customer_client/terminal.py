"""Questions, answers and chat on a terminal.

A question that nobody answers in time is answered with no, as is one that nobody can answer because
there is no terminal.
"""

import asyncio
import sys
import threading
from collections.abc import Callable
from typing import Final, TextIO

from customer_client.words import Words

YES: Final = ("y", "yes", "j", "ja", "s", "sí", "si", "sì", "o", "oui")
"""In any of our languages: nobody who says one of these means no."""


class Terminal:
    """Reads lines from `lines` and prints to `paper`. `said` is told each line that answers no
    question. Make it within a running event loop.
    """

    def __init__(
        self,
        said: Callable[[str], None],
        words: Words,
        lines: TextIO = sys.stdin,
        paper: TextIO = sys.stdout,
    ) -> None:
        self._said = said
        self._words = words
        self._lines = lines
        self._paper = paper
        self._loop = asyncio.get_running_loop()
        self._answer: asyncio.Future[str] | None = None
        self._is_over = False
        # A thread, since a terminal cannot be waited for everywhere; a daemon, since one that waits
        # for a line must keep no program from ending.
        threading.Thread(target=self._read, name="terminal", daemon=True).start()

    def _read(self) -> None:
        for line in self._lines:
            if self._loop.is_closed():
                return
            self._loop.call_soon_threadsafe(self._take, line.strip())
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._end)

    def _take(self, line: str) -> None:
        if self._answer and not self._answer.done():
            self._answer.set_result(line)
        elif line:
            self._said(line)

    def _end(self) -> None:
        self._is_over = True
        if self._answer and not self._answer.done():
            self._answer.set_result("")

    def print(self, text: str) -> None:
        """Show `text` as a line of its own."""
        print(printable(text), file=self._paper, flush=True)

    async def asks(self, question: str, seconds: float) -> bool:
        """Say whether `question` was answered with yes within so many seconds."""
        t = self._words
        self.print(f"{question} [{t('y/N')}]")
        if self._is_over:
            self.print(t("There is nobody here to answer: no."))
            return False
        self._answer = self._loop.create_future()
        try:
            async with asyncio.timeout(max(0.0, seconds)):
                return (await self._answer).lower() in YES
        except TimeoutError:
            self.print(t("No answer came in time: no."))
            return False
        finally:
            self._answer = None


def printable(text: str) -> str:
    """Return `text` without what a terminal would take for commands."""
    return "".join(c if c.isprintable() or c == "\n" else "\N{REPLACEMENT CHARACTER}" for c in text)
