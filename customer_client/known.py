"""What is known of a case, and who is told of it."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from msgspec.structs import replace

from customer_client.window.state import Case

T = TypeVar("T")


class Known:
    """A case that is replaced and never changed; `tell` hears each new one.

    `group` is where what takes its time goes on beside everything else, while there is one.
    """

    def __init__(self, tell: Callable[[Case], None]) -> None:
        self._tell = tell
        self.case = Case()
        self.group: asyncio.TaskGroup | None = None

    def patch(self, **change: Any) -> None:
        """Replace some fields, and tell if that made a difference."""
        after = replace(self.case, **change)
        if after != self.case:
            self.case = after
            self._tell(after)

    def patch_picture(self, **change: Any) -> None:
        """Replace some fields of how sharing goes."""
        self.patch(picture=replace(self.case.picture, **change))

    def start(self, doing: Coroutine[Any, Any, T]) -> asyncio.Task[T] | None:
        """Let `doing` go on beside everything else, until it is done or all is."""
        if self.group is None:
            doing.close()
            return None
        return self.group.create_task(doing)
