"""People at real pages in Debian's Firefox, found as a screen reader would find things.

Firefox speaks WebDriver BiDi (W3C) itself, so a WebSocket is all that is between a test and it.
"""

import asyncio
import json
import os
import re
import signal
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

from tests.end_to_end import axe
from tests.waiting import LIMIT_SECONDS

PROGRAM = "firefox-esr"
LISTENING = re.compile(rb"WebDriver BiDi listening on (ws://\S+)")
PREFERENCES = {
    # Nothing of its own goes out, and nothing asks.
    "app.update.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "toolkit.telemetry.enabled": False,
}


IS_SEEN = "(element) => element.checkVisibility({ visibilityProperty: true })"

IS_READY = """async (element) => {
    element.scrollIntoView({ block: "nearest" });
    const place = () => JSON.stringify(element.getBoundingClientRect());
    const before = place();
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    const { x, y, width, height } = element.getBoundingClientRect();
    const met = document.elementFromPoint(x + width / 2, y + height / 2);
    // A switch is drawn by its label.
    const meets = element.contains(met) || met?.contains(element) || met?.closest("label")?.control === element;
    return place() === before && !element.disabled && meets;
}"""
"""Whether it lies still, works, and is what a click in its middle meets."""


class Unfound(Exception):
    """What should be on the page is not, or not yet."""


class Firefox:
    """A running Firefox."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._number = 0

    async def command(self, method: str, **params: Any) -> dict[str, Any]:
        """Carry out one command and return its result; events are not listened to."""
        self._number += 1
        await self._socket.send_json({"id": self._number, "method": method, "params": params})
        async with asyncio.timeout(LIMIT_SECONDS):
            while True:
                said = await self._socket.receive_json()
                if said.get("id") == self._number:
                    break
        if said["type"] == "error":
            raise Unfound(f"{method}: {said['error']}: {said['message']}")
        result: dict[str, Any] = said["result"]
        return result

    async def open(self, url: str, width: int, height: int) -> "Tab":
        """Open `url` in a tab of this size, among the storage of the others."""
        context = (await self.command("browsingContext.create", type="tab"))["context"]
        viewport = {"width": width, "height": height}
        await self.command("browsingContext.setViewport", context=context, viewport=viewport)
        await self.command("browsingContext.navigate", context=context, url=url, wait="complete")
        return Tab(self, context)


class Tab:
    """A page, and somebody who looks at it, presses and types."""

    def __init__(self, firefox: Firefox, context: str) -> None:
        self._firefox = firefox
        self._context = context

    async def find(self, role: str, name: str) -> dict[str, Any]:
        """Return the element with this role and accessible name as soon as it can be seen."""
        found: list[dict[str, Any]] = []

        async def is_there() -> bool:
            found[:] = await self._located(role, name)
            return bool(found)

        await self._until(is_there, f"{role} {name!r}")
        return found[0]

    async def lacks(self, role: str, name: str) -> None:
        """Wait until there is no such element."""

        async def is_gone() -> bool:
            return not await self._located(role, name)

        await self._until(is_gone, f"{role} {name!r} to go")

    async def press(self, name: str, role: str = "button") -> None:
        """Click what is called `name`, in its middle, as soon as a click there meets it."""

        async def is_under_the_mouse() -> bool:
            found = await self._located(role, name)
            if not found or not await self._call(IS_READY, found[0]):
                return False
            origin = {"type": "element", "element": {"sharedId": found[0]["sharedId"]}}
            move = {"type": "pointerMove", "x": 0, "y": 0, "origin": origin}
            await self._act(type="pointer", id="mouse", actions=[move])
            return True

        await self._until(is_under_the_mouse, f"{role} {name!r} to be pressed")
        buttons = [{"type": kind, "button": 0} for kind in ("pointerDown", "pointerUp")]
        await self._act(type="pointer", id="mouse", actions=buttons)

    async def type(self, name: str, text: str, role: str = "textbox") -> None:
        """Type `text` into the text box called `name`; one for passwords has no role."""
        await self.press(name, role)
        keys = [{"type": kind, "value": key} for key in text for kind in ("keyDown", "keyUp")]
        await self._act(type="key", id="keyboard", actions=keys)

    async def choose(self, name: str, option: str) -> None:
        """Choose the option that reads `option` in the combo box called `name`."""
        box = await self.find("combobox", name)
        await self._call(
            """(box, text) => {
                box.value = [...box.options].find((each) => each.text === text).value;
                box.dispatchEvent(new Event("change", { bubbles: true }));
            }""",
            box,
            {"type": "string", "value": option},
        )

    async def press_in_shadow(self, host: str, selector: str) -> None:
        """Click what is below `host`, where no search by name reaches."""
        found = f"document.querySelector({host!r})?.shadowRoot?.querySelector({selector!r})"

        async def is_there() -> bool:
            return bool(await self._call(f"() => !!{found}?.checkVisibility()"))

        await self._until(is_there, f"{selector} in {host}")
        await self._call(f"() => {found}.click()")

    async def frame(self) -> "Tab":
        """Return the page in the first frame of this one as soon as there is one."""
        found: list[str] = []

        async def is_there() -> bool:
            tree = await self._firefox.command("browsingContext.getTree", root=self._context)
            found[:] = [each["context"] for each in tree["contexts"][0]["children"]]
            return bool(found)

        await self._until(is_there, "a frame")
        return Tab(self._firefox, found[0])

    async def stored(self, key: str) -> str:
        """Return what the page has in its local storage under `key`."""
        return str(await self._call(f"() => localStorage.getItem({key!r})"))

    async def holds(self, name: str, text: str) -> None:
        """Wait until `text` is in the text box called `name`."""

        async def is_in() -> bool:
            box = await self.find("textbox", name)
            return bool(await self._call("(box) => box.value", box) == text)

        await self._until(is_in, f"{text!r} in {name!r}")

    async def reads(self, text: str) -> None:
        """Wait until `text` stands on the page."""

        async def is_there() -> bool:
            return text in await self._call("() => document.body.innerText")

        await self._until(is_there, repr(text))

    async def close(self) -> None:
        await self._firefox.command("browsingContext.close", context=self._context)

    async def picture(self) -> bytes:
        """Return what is to be seen, as base64 of a PNG."""
        taken = await self._firefox.command(
            "browsingContext.captureScreenshot", context=self._context
        )
        return str(taken["data"]).encode()

    async def _located(self, role: str, name: str) -> list[dict[str, Any]]:
        value = {"role": role, "name": name} if role else {"name": name}
        locator = {"type": "accessibility", "value": value}
        result = await self._firefox.command(
            "browsingContext.locateNodes", context=self._context, locator=locator
        )
        return [node for node in result["nodes"] if await self._call(IS_SEEN, node)]

    async def complaints(self) -> list[Any]:
        """Return each rule that axe finds broken on the page, with where and how."""
        target = {"context": self._context, "sandbox": "test"}
        # In a world of its own, which the page's policy does not bind.
        source = axe.SOURCE.read_text("utf-8")
        await self._firefox.command(
            "script.evaluate", expression=source, target=target, awaitPromise=False
        )
        rules = {"type": "array", "value": [{"type": "string", "value": r} for r in axe.RULES]}
        told = await self._call(
            f"async (rules) => JSON.stringify(await ({axe.LOOK})(rules))", rules
        )
        found: list[Any] = json.loads(told)
        return found

    async def _act(self, **source: Any) -> None:
        await self._firefox.command("input.performActions", context=self._context, actions=[source])

    async def _call(self, function: str, *arguments: dict[str, Any]) -> Any:
        given = [
            {"sharedId": each["sharedId"]} if "sharedId" in each else each for each in arguments
        ]
        result = await self._firefox.command(
            "script.callFunction",
            functionDeclaration=function,
            arguments=given,
            target={"context": self._context, "sandbox": "test"},
            awaitPromise=True,
        )
        return result.get("result", {}).get("value")

    async def _until(self, holds: Any, what: str) -> None:
        try:
            async with asyncio.timeout(LIMIT_SECONDS):
                while not await self._holds(holds):  # noqa: ASYNC110 - the page tells nobody
                    await asyncio.sleep(0.05)
        except TimeoutError:
            raise Unfound(f"{what} was waited for") from None

    async def _holds(self, holds: Any) -> bool:
        try:
            return bool(await holds())
        except Unfound:
            # The page is drawn anew between two commands.
            return False


@asynccontextmanager
async def firefox(
    folder: Path, names: Sequence[str] = (), display: str = ""
) -> AsyncIterator[Firefox]:
    """A Firefox with a profile of its own that ends with the block; `names` are this machine's. On a
    `display` it can capture that, and takes it without being shown its picker.
    """
    profile = folder / "firefox"
    profile.mkdir()
    preferences = PREFERENCES | {"network.dns.localDomains": ",".join(names)}
    preferences |= {"media.navigator.permission.disabled": bool(display)}
    lines = (f'user_pref("{name}", {json.dumps(value)});' for name, value in preferences.items())
    (profile / "user.js").write_text("\n".join(lines))
    command = [PROGRAM, "--remote-debugging-port", "0", "--profile", str(profile)]
    command += [] if display else ["--headless"]
    process = await asyncio.create_subprocess_exec(
        *command,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ, "HOME": str(folder), **({"DISPLAY": display} if display else {})},
        start_new_session=True,
    )
    try:
        address = await _address(process)
        async with (
            aiohttp.ClientSession() as http,
            http.ws_connect(f"{address}/session", max_msg_size=0) as socket,
        ):
            running = Firefox(socket)
            always = {"acceptInsecureCerts": True}
            await running.command("session.new", capabilities={"alwaysMatch": always})
            yield running
    finally:
        # Its content processes, too; they are in the session that was started for it.
        os.killpg(process.pid, signal.SIGKILL)
        await process.wait()
        process._transport.close()  # type: ignore[attr-defined]


async def _address(process: asyncio.subprocess.Process) -> str:
    assert process.stderr
    async with asyncio.timeout(2 * LIMIT_SECONDS):
        while line := await process.stderr.readline():
            if found := LISTENING.search(line):
                return found[1].decode()
    raise Unfound("Firefox ended before it listened")
