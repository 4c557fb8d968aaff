"""Draws a tree of nodes with Tk, and changes what is different when it is drawn again.

Every node on the screen is a part. A part whose node has the same kind and key is told of the new
one; others go, and come.
"""

import tkinter as tk
from collections.abc import Callable
from tkinter import ttk
from typing import Any, ClassVar, Generic, TypeVar

from customer_client.window import nodes as n
from customer_client.window.deeds import Deed
from customer_client.window.look import Look

N = TypeVar("N", bound=n.Node)
Perform = Callable[[Deed], None]


class Easel:
    """What parts are drawn with: the look, and where deeds go."""

    def __init__(self, look: Look, perform: Perform) -> None:
        self.look = look
        self.perform = perform


class Part(Generic[N]):
    """A node on the screen, as `widget` within `parent`, standing on `on`."""

    kinds: ClassVar[dict[type[n.Node], type["Part[Any]"]]] = {}
    widget: Any

    def __init__(self, easel: Easel, parent: tk.Misc, node: N, on: n.Ground) -> None:
        self.easel = easel
        self.look = easel.look
        self.on = on
        self.node = node
        self.widget = self.make(parent)
        self.show(node)

    def make(self, parent: tk.Misc) -> Any:
        """Return the widget, without what `show` puts into it."""
        raise NotImplementedError

    def show(self, node: N) -> None:
        """Show what `node` says."""
        raise NotImplementedError

    def update(self, node: N) -> None:
        """Show `node` instead, where it is another."""
        if node != self.node:
            self.node = node
            self.show(node)

    def fits(self, node: n.Node) -> bool:
        """Say whether `node` is what this part shows, perhaps changed."""
        return type(node) is type(self.node) and node.key == self.node.key

    def find(self, kind: type["Part[Any]"]) -> "Part[Any] | None":
        """Return the first part of this kind here or below."""
        if isinstance(self, kind):
            return self
        return next((found for each in self.inner() if (found := each.find(kind))), None)

    def inner(self) -> list["Part[Any]"]:
        """Return the parts within."""
        return []

    def destroy(self) -> None:
        """Take it off the screen."""
        self.widget.destroy()


def draws(kind: type[n.Node]) -> Callable[[type[Part[Any]]], type[Part[Any]]]:
    """Let the class below draw nodes of `kind`."""

    def told(part: type[Part[Any]]) -> type[Part[Any]]:
        Part.kinds[kind] = part
        return part

    return told


def part_of(easel: Easel, parent: tk.Misc, node: n.Node, on: n.Ground) -> Part[Any]:
    """Return `node` on the screen."""
    return Part.kinds[type(node)](easel, parent, node, on)


class Several(Part[N]):
    """Parts that stand together in a frame."""

    def __init__(self, easel: Easel, parent: tk.Misc, node: N, on: n.Ground) -> None:
        self.parts: list[Part[Any]] = []
        super().__init__(easel, parent, node, on)

    def inner(self) -> list[Part[Any]]:
        return self.parts

    def make(self, parent: tk.Misc) -> Any:
        node: Any = self.node
        ground = node.ground
        frame = ttk.Frame(parent, style=self.look.frame(ground, self.on))
        if ground:
            frame.configure(padding=(self.look.px(12), self.look.px(10)))
        return frame

    @property
    def ground(self) -> n.Ground:
        """What the parts stand on."""
        node: Any = self.node
        ground: n.Ground = node.ground
        return ground or self.on

    def replace(self, children: tuple[n.Node, ...]) -> bool:
        """Show `children`; say whether others stand there now, or in another order."""
        before, after = list(self.parts), []
        for child in children:
            kept = next((part for part in before if part.fits(child)), None)
            if kept:
                before.remove(kept)
                kept.update(child)
            after.append(kept or part_of(self.easel, self.widget, child, self.ground))
        for part in before:
            part.destroy()
        is_changed = after != self.parts
        self.parts = after
        if is_changed:
            # The keyboard goes through them in the order in which they stand.
            for part in after:
                part.widget.lift()
        return is_changed


@draws(n.Column)
class ColumnPart(Several[n.Column]):
    """Parts one below the other."""

    def show(self, node: n.Column) -> None:
        grew = [part.node.grows for part in self.parts]
        if not self.replace(node.children) and grew == [part.node.grows for part in self.parts]:
            return
        for part in self.parts:
            part.widget.pack_forget()
        gap = self.look.px(node.gap)
        for number, part in enumerate(self.parts):
            grows = part.node.grows
            part.widget.pack(
                fill="both" if grows else "x",
                expand=grows,
                pady=(gap if number else 0, 0),
                padx=0,
            )


@draws(n.Row)
class RowPart(Several[n.Row]):
    """Parts side by side; those that are even stand one below the other where room is short."""

    def make(self, parent: tk.Misc) -> Any:
        frame = super().make(parent)
        self._is_stacked = False
        if self.node.even:
            frame.bind("<Configure>", lambda event: self._fit(event.width))
        return frame

    def show(self, node: n.Row) -> None:
        self.replace(node.children)
        self._place()

    def _fit(self, width: int) -> None:
        gap = self.look.px(self.node.gap)
        widest = max((part.widget.winfo_reqwidth() for part in self.parts), default=0)
        needed = len(self.parts) * (widest + gap) - gap
        is_stacked = needed > width > 1
        if is_stacked != self._is_stacked:
            self._is_stacked = is_stacked
            self._place()

    def _place(self) -> None:
        gap = self.look.px(self.node.gap)
        for number in range(max(len(self.parts), 8)):
            self.widget.columnconfigure(number, weight=0, uniform="")
        for number, part in enumerate(self.parts):
            row, column = (number, 0) if self._is_stacked else (0, number)
            grows = part.node.grows or self.node.even
            self.widget.columnconfigure(
                column, weight=int(grows), uniform="even" if self.node.even else ""
            )
            is_button = isinstance(part.node, n.Button) and not self.node.even
            part.widget.grid(
                row=row,
                column=column,
                sticky="sew" if is_button and self._stands_low else "ew",
                padx=(gap if column else 0, 0),
                pady=(gap if row else 0, 0),
            )

    @property
    def _stands_low(self) -> bool:
        return any(isinstance(part.node, n.Field) for part in self.parts)


@draws(n.Scroll)
class ScrollPart(Part[n.Scroll]):
    """One part that may be higher than there is room, and then a bar beside it."""

    def make(self, parent: tk.Misc) -> Any:
        frame = ttk.Frame(parent, style=self.look.frame("", self.on))
        ground = self.look.ground(self.on)
        self.canvas = tk.Canvas(
            frame, highlightthickness=0, background=ground, borderwidth=0, takefocus=0
        )
        self._bar = ttk.Scrollbar(frame, command=self.canvas.yview)
        self.canvas["yscrollcommand"] = self._moved
        self.canvas.pack(side="left", fill="both", expand=True)
        self._child = part_of(self.easel, self.canvas, self.node.child, self.on)
        self._item = self.canvas.create_window(0, 0, window=self._child.widget, anchor="nw")
        self.canvas.bind("<Configure>", self._fit)
        self._child.widget.bind("<Configure>", self._fit)
        self._child.widget.bind("<<Show>>", self._fit)
        return frame

    def inner(self) -> list[Part[Any]]:
        return [self._child]

    def show(self, node: n.Scroll) -> None:
        if self._child.fits(node.child):
            self._child.update(node.child)

    def fits(self, node: n.Node) -> bool:
        return isinstance(node, n.Scroll) and super().fits(node) and self._child.fits(node.child)

    def scroll(self, pixels: int) -> None:
        """Move what is shown by so many pixels."""
        height = max(1, self._child.widget.winfo_reqheight())
        top = self.canvas.yview()[0] + pixels / height
        self.canvas.yview_moveto(min(1.0, max(0.0, top)))

    def reveal(self, widget: tk.Misc) -> None:
        """Move `widget`, which is within, into view."""
        top = widget.winfo_rooty() - self._child.widget.winfo_rooty()
        begin, end = self.canvas.canvasy(0), self.canvas.canvasy(self.canvas.winfo_height())
        if top < begin or top + widget.winfo_height() > end:
            height = max(1, self._child.widget.winfo_reqheight())
            self.canvas.yview_moveto(max(0.0, (top - self.look.px(40)) / height))

    def _fit(self, _: Any = None) -> None:
        width, height = self.canvas.winfo_width(), self._child.widget.winfo_reqheight()
        if width > 1:
            self.canvas.itemconfigure(
                self._item, width=width, height=max(height, self.canvas.winfo_height())
            )
            self.canvas.configure(scrollregion=(0, 0, width, height))

    def _moved(self, begin: str, end: str) -> None:
        self._bar.set(begin, end)
        if float(begin) <= 0 and float(end) >= 1:
            self._bar.pack_forget()
        elif not self._bar.winfo_ismapped():
            self._bar.pack(side="right", fill="y", padx=(self.look.px(4), 0))
