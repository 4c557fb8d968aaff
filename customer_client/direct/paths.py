"""The direct paths of one shared screen: one for each rep who proposes one, the newest of each."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Final, Self

from customer_client.direct.lines import Lines
from customer_client.direct.path import DirectPath
from customer_client.link import Link
from protocol import messages as m
from protocol.direct_rules import may_go_directly
from protocol.fields import Tool
from protocol.state import Session

MOST: Final = 4
"""So many reps at most can try at a time; whoever else does is served by the relay."""


class DirectPaths:
    """Answers on `link` what is proposed for `session`, as it is known by then. `now` is the broker's
    time (ms); `changed` is called whenever a path, its code or its use has changed.
    """

    def __init__(
        self,
        link: Link,
        lines: Lines,
        session: Callable[[], Session],
        now: Callable[[], int],
        changed: Callable[[], None] = lambda: None,
    ) -> None:
        self._link = link
        self._lines = lines
        self._session = session
        self._now = now
        self._changed = changed
        self._paths: dict[str, DirectPath] = {}
        lines.changed = changed

    @property
    def used(self) -> DirectPath | None:
        """The path on which the picture goes now."""
        return self._lines.direct

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Self]:
        """Answer and serve until the block ends."""
        async with asyncio.TaskGroup() as group:
            task = group.create_task(self._run(), name="direct paths")
            try:
                yield self
            finally:
                task.cancel()

    async def _run(self) -> None:
        async with asyncio.TaskGroup() as group:
            while True:
                said = await self._link.about_paths.get()
                session = self._session()
                if said.session != session.id:
                    continue
                if before := self._paths.pop(said.rep, None):
                    before.end()
                if (
                    isinstance(said, m.DirectProposed)
                    and may_go_directly(session)
                    and len(self._paths) < MOST
                ):
                    path = DirectPath(
                        said, lines=self._lines, may=self._may, now=self._now, changed=self._changed
                    )
                    self._paths[said.rep] = path
                    group.create_task(self._serve(path), name="direct path")

    async def _serve(self, path: DirectPath) -> None:
        try:
            await path.run(self._link.signal)
        finally:
            if self._paths.get(path.rep) is path:
                del self._paths[path.rep]

    def look(self) -> bool:
        """The session has changed: end at once what it does not allow any more. Always true."""
        if not may_go_directly(self._session()):
            ended, self._paths = self._paths, {}
            for path in ended.values():
                path.end()
        return True

    def _may(self, rep: str, tool: Tool) -> bool:
        """Say whether `rep` holds a live grant of `tool`, in a session that may go directly."""
        session = self._session()
        return may_go_directly(session) and any(
            grant.rep == rep and grant.tool == tool and self._now() < grant.until
            for grant in session.grants
        )
