"""The windows on an X11 display, kept up to date by event, and what those of chosen programs have drawn.

It has a connection of its own, so that the order of its events is the order in which things happened. A
change of the stack reports damage by itself: damage that comes along with one counts for nothing, and
programs are asked to draw again what is missing then.
"""

from collections.abc import Sequence
from typing import Any, Final

import Xlib.X
from msgspec import Struct
from Xlib.ext import composite, damage, shape

from customer_client.screen.pixels import Picture, Unequal
from customer_client.screen.windows import CannotMask, Pane
from customer_client.screen.x11_connection import connected, disconnect
from customer_client.screen.x11_drawn import Drawn
from customer_client.screen.x11_owners import GONE, OVERLAY, Owners
from customer_client.screen.x11_stores import Stores
from protocol.picture import Rectangle

EXTENSIONS: Final = (composite.extname, damage.extname, shape.extname)

_ANOTHER: Final = frozenset(
    (Xlib.X.MapNotify, Xlib.X.UnmapNotify, Xlib.X.DestroyNotify, Xlib.X.ReparentNotify)
)
"""After these a window has another store, or none."""

_STIRRING: Final = _ANOTHER | {
    Xlib.X.CreateNotify, Xlib.X.ConfigureNotify, Xlib.X.GravityNotify, Xlib.X.CirculateNotify
}  # fmt: skip

_MANAGED: Final = ("_NET_CLIENT_LIST", "_NET_ACTIVE_WINDOW")
"""When a window manager changes these, a frame may hold another program's window."""


class Known(Struct):
    """A window that can be seen: where it is with its border, and what of that it covers."""

    place: Rectangle
    border: int
    covers: tuple[Rectangle, ...]
    drawn: Drawn | None = None


class X11Panes:
    """The windows of the display called `name`; those of `applications`, by their keys, may be shown."""

    def __init__(self, name: str, applications: frozenset[str]) -> None:
        self._display = connected(name)
        try:
            self._listen(name)
        except BaseException:
            disconnect(self._display)
            raise
        self.applications = applications
        self._owners = Owners(self._display)
        self._overlay = self._display.intern_atom(OVERLAY)
        self._managed = {self._display.intern_atom(each) for each in _MANAGED}
        self._known: dict[int, Known | None] = {}
        self._order: tuple[int, ...] = ()
        self._stale: set[int] = set()
        self._another: set[int] = set()
        self._is_stirred = True
        self._damaged: list[tuple[int, Rectangle]] = []
        self._restack()

    def _listen(self, name: str) -> None:
        display = self._display
        if missing := set(EXTENSIONS) - set(display.list_extensions()):
            raise CannotMask(f"This display has no {', '.join(sorted(missing))}.")
        display.composite_query_version()
        display.damage_query_version()
        display.shape_query_version()
        self._root = display.screen().root
        mask = Xlib.X.SubstructureNotifyMask | Xlib.X.PropertyChangeMask
        self._root.change_attributes(event_mask=mask)
        # From here on every window has a store of its own, whether a compositor runs or not.
        self._root.composite_redirect_subwindows(composite.RedirectAutomatic)
        display.sync()
        self._stores = Stores(display=name)

    def fileno(self) -> int:
        """Return what becomes readable when something has happened."""
        return int(self._display.fileno())

    def has_news(self) -> bool:
        """Say whether something has happened, or some program is to be asked to draw."""
        return bool(self._display.pending_events()) or self.due_in() == 0

    def close(self) -> None:
        """Let go of the display; windows share the screen's store again."""
        self._stores.close()
        disconnect(self._display)

    # --- what happens

    def settle(self) -> list[Rectangle]:
        """Take note of all that has happened; return where the screen may look different now."""
        self._pump()
        if self._is_stirred:
            changed = self._restack()
        else:
            changed = [part for each in self._damaged if (part := self._draw(*each))]
            self._damaged.clear()
        for known in self._known.values():
            if known and known.drawn and known.drawn.ask_in() == 0:
                known.drawn.ask()
        return changed

    def due_in(self) -> float | None:
        """Return in how many seconds some program is to be asked to draw, if any."""
        shown = [known.drawn for known in self._known.values() if known and known.drawn]
        return min((due for each in shown if (due := each.ask_in()) is not None), default=None)

    def _pump(self) -> None:
        # All events of what the server has done by now are here when it answers.
        self._display.sync()
        while self._display.pending_events():
            self._take(self._display.next_event())

    def _take(self, event: Any) -> None:
        events = self._display.extension_event
        if event.type == events.DamageNotify:
            at = event.area
            self._damaged.append((event.drawable.id, Rectangle(at.x, at.y, at.width, at.height)))
        elif event.type == events.ShapeNotify:
            self._stir(event.affected_window.id)
        elif event.type == Xlib.X.PropertyNotify:
            if event.atom in self._managed:
                self._owners.forget()
                self._is_stirred = True
        elif event.type in _STIRRING:
            self._stir(event.window.id)
            if event.type in _ANOTHER or self._is_resized(event):
                self._another.add(event.window.id)
                self._owners.forget(event.window.id)

    def _stir(self, window: int) -> None:
        self._stale.add(window)
        self._is_stirred = True

    def _is_resized(self, event: Any) -> bool:
        known = self._known.get(event.window.id)
        if event.type != Xlib.X.ConfigureNotify or not known:
            return False
        border = event.border_width
        size = (event.width + 2 * border, event.height + 2 * border)
        return size != (known.place.width, known.place.height)

    def _draw(self, window: int, where: Rectangle) -> Rectangle | None:
        """Count `where` as drawn by the program whose window it is; return it on the screen."""
        known = self._known.get(window)
        if not known or not known.drawn:
            return None
        inner = where._replace(x=where.x + known.border, y=where.y + known.border)
        if not (part := known.drawn.add(inner)):
            return None
        return part._replace(x=part.x + known.place.x, y=part.y + known.place.y)

    # --- the stack

    def _restack(self) -> list[Rectangle]:
        """Look at the windows anew, until nothing happens meanwhile; return what has changed."""
        before = self._covering()
        while self._is_stirred:
            self._is_stirred = False
            self._order = tuple(each.id for each in self._root.query_tree().children)
            for window in set(self._known) - set(self._order):
                self._drop(window)
                del self._known[window]
            for window in self._order:
                self._look(window)
            self._ignore_damage()
        after = self._covering()
        kept = (
            [each for each in before if each in after],
            [each for each in after if each in before],
        )
        moved = {each for pair in zip(*kept, strict=True) if pair[0] != pair[1] for each in pair}
        moved |= {each for each in before | after if before.get(each) != after.get(each)}
        return [area for each in moved for there in (before, after) for area in there.get(each, ())]

    def _covering(self) -> dict[int, tuple[Rectangle, ...]]:
        found = ((window, self._known.get(window)) for window in self._order)
        return {window: known.covers for window, known in found if known}

    def _ignore_damage(self) -> None:
        for known in self._known.values():
            if known and known.drawn:
                known.drawn.ignore()
        # Twice: what the server still has to do by itself it does before it answers again.
        self._pump()
        self._pump()
        for window, _ in self._damaged:
            known = self._known.get(window)
            if known and known.drawn:
                known.drawn.ask_again()
        self._damaged.clear()

    def _look(self, window: int) -> None:
        if window in self._another:
            self._drop(window)
        known = self._known.get(window)
        is_shown = known is not None and known.drawn is not None
        is_fresh = window in self._known and window not in self._stale | self._another
        if is_fresh and (known is None or is_shown == self._may_show(window)):
            return
        self._stale.discard(window)
        self._another.discard(window)
        try:
            self._known[window] = self._seen(window, known.drawn if known else None)
        except GONE:
            self._drop(window)
            self._known[window] = None

    def _seen(self, window: int, drawn: Drawn | None) -> Known | None:
        it = self._display.create_resource_object("window", window)
        shape.select_input(it, 1)
        attributes = it.get_attributes()
        is_seen = attributes.map_state == Xlib.X.IsViewable
        if not is_seen or attributes.win_class == Xlib.X.InputOnly or self._hides_nothing(it):
            self._drop(window)
            return None
        at = it.get_geometry()
        border = int(at.border_width)
        place = Rectangle(at.x, at.y, at.width + 2 * border, at.height + 2 * border)
        known = Known(place, border, _covers(it, place, border))
        if not self._may_show(window):
            self._drop(window)
        elif drawn and drawn.own.shape == (place.height, place.width):
            known.drawn = drawn
        else:
            self._drop(window)
            known.drawn = Drawn(self._display, it, place)
        return known

    def _drop(self, window: int) -> None:
        known = self._known.get(window)
        if known and known.drawn:
            known.drawn.close()
            known.drawn = None

    def _hides_nothing(self, window: Any) -> bool:
        """Say whether `window` is the compositor's own, or a drawing of ours over all others."""
        if self._owners.is_the_servers(window.id):
            return True
        marked = window.get_property(self._overlay, Xlib.X.AnyPropertyType, 0, 1)
        return bool(marked) and self._owners.is_ours(window.id)

    def _may_show(self, window: int) -> bool:
        owners = self._owners.of(window)
        return bool(owners) and owners <= self.applications

    # --- what can be seen

    def panes(self) -> Sequence[Pane]:
        """Return all windows that can be seen, from the lowest to the topmost."""
        found = ((window, self._known.get(window)) for window in self._order)
        return [
            Pane(window if known.drawn else 0, known.covers) for window, known in found if known
        ]

    def pixels(self, number: int, rectangle: Rectangle) -> tuple[Picture, Unequal] | None:
        """Return what the window `number` has drawn at `rectangle` of the screen."""
        known = self._known.get(number)
        if not known or not known.drawn:
            return None
        left, top = rectangle.x - known.place.x, rectangle.y - known.place.y
        inner = rectangle._replace(x=left, y=top)
        own = known.drawn.own[top : top + inner.height, left : left + inner.width]
        if not own.any() or (read := self._stores.read(known.drawn.store, inner)) is None:
            return None
        return read, own


def _covers(window: Any, place: Rectangle, border: int) -> tuple[Rectangle, ...]:
    if not window.shape_query_extents().bounding_shaped:
        return (place,)
    shaped = window.shape_get_rectangles(shape.SK.Bounding).rectangles
    left, top = place.x + border, place.y + border
    return tuple(Rectangle(left + at.x, top + at.y, at.width, at.height) for at in shaped)
