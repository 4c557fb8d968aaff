"""`/download`: the native client for the visitor's system, with what to do next in words and pictures.

The page is made here and needs no script: it is read by people who are about to run a program, and
what it says has to be there in every browser.
"""

import html
import re
import secrets
from collections.abc import Sequence
from typing import Annotated, Literal

from aiohttp import web
from msgspec import Meta, Struct

from broker.catalogue import LANGUAGES, t
from broker.download_pictures import (
    AFTER_END,
    ALLOW,
    CHOOSE,
    PERMIT,
    SAVE,
    SHARE,
    START,
    STYLE,
    TALK,
)
from broker.downloads import (
    ARCHIVE_END,
    EXECUTABLE,
    NAME,
    TOLD,
    Told,
    archive_begin,
    folder_of,
)
from broker.http import Call
from broker.parts import Parts

CHUNK = 256 * 1024

System = Literal["Linux", "Windows", "Darwin", "other"]


class AskDownload(Struct, frozen=True, kw_only=True):
    """`code` is what the file is named for; `lang` the language to read. With `chat` the code is an
    app's, whose session goes on in another tab meanwhile."""

    chat: Literal["", "on"] = ""
    code: Annotated[str, Meta(pattern=r"^([0-9]{9})?$(?!\n)")] = ""
    lang: Annotated[str, Meta(max_length=35)] = ""


class FileNamed(Struct, frozen=True, kw_only=True):
    """A file to download: `Deskside`, `Deskside-` with a code, or either with `.tar.gz`."""

    name: Annotated[str, Meta(max_length=40)]


async def show_download(parts: Parts, call: Call, asked: AskDownload) -> web.StreamResponse:
    """The page from which the native client is downloaded."""
    request = call.request
    language = _spoken(asked.lang, request.headers.get("Accept-Language", ""))
    nonce = secrets.token_urlsafe(16)
    told = TOLD.read(folder_of(parts.config.data_folder))
    reader = Visiting(
        language=language,
        system=system_of(request.headers.get("User-Agent", "")),
        code=asked.code,
        chat=asked.chat == "on",
    )
    text = page(reader, parts.site.settings.organisation, told, nonce)
    policy = f"default-src 'none'; style-src 'nonce-{nonce}'; base-uri 'none'; form-action 'none'"
    return web.Response(
        text=text,
        content_type="text/html",
        headers={"Content-Security-Policy": f"{policy}; frame-ancestors 'none'"},
    )


async def send_download(parts: Parts, call: Call, asked: FileNamed) -> web.StreamResponse:
    """The native client itself; the same bytes whatever it is called."""
    folder = folder_of(parts.config.data_folder)
    named, told = NAME.fullmatch(asked.name), TOLD.read(folder)
    if not named or not told:
        raise web.HTTPNotFound
    disposition = {"Content-Disposition": f'attachment; filename="{asked.name}"'}
    if not named["archive"]:
        file = web.FileResponse(folder / EXECUTABLE, headers=disposition)
        file.content_type = "application/octet-stream"
        return file
    begin = archive_begin(asked.name.removesuffix(".tar.gz"), told.size)
    end = folder / ARCHIVE_END
    response = web.StreamResponse(headers=disposition)
    response.content_type = "application/gzip"
    response.content_length = len(begin) + end.stat().st_size
    await response.prepare(call.request)
    await response.write(begin)
    with end.open("rb") as packed:
        while chunk := packed.read(CHUNK):
            await response.write(chunk)
    await response.write_eof()
    return response


def system_of(user_agent: str) -> System:
    """Return the system that a browser says it runs on."""
    if "Android" in user_agent or "iPhone" in user_agent or "iPad" in user_agent:
        return "other"
    signs: tuple[tuple[str, System], ...] = (
        ("Windows", "Windows"),
        ("Macintosh", "Darwin"),
        ("Linux", "Linux"),
        ("X11", "Linux"),
    )
    return next((system for sign, system in signs if sign in user_agent), "other")


class Visiting(Struct, frozen=True, kw_only=True):
    """Who reads the page: in which `language`, on which `system`, with which `code` for the file's
    name, and whether their `chat` goes on in another tab."""

    language: str
    system: System
    code: str = ""
    chat: bool = False


def page(reader: Visiting, organisation: str, told: Told | None, nonce: str) -> str:
    """Return the page for `reader`, who may not be one for whom there is an app."""
    language = reader.language
    is_ours = told is not None and told.system == reader.system
    title = t(language, "Download the app") if is_ours else t(language, "Get help in the browser")
    body = _ours(reader, told) if is_ours and told else _browser_only(reader)
    after = (
        _other_tab(reader, is_ours=is_ours) if reader.chat else _chat(reader, is_main=not is_ours)
    )
    return (
        f'<!doctype html><html lang="{language}"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{html.escape(title)} – {html.escape(organisation)}</title>"
        f'<style nonce="{nonce}">{STYLE}</style>'
        f"<main><p class=name>{html.escape(organisation)}</p><h1>{html.escape(title)}</h1>"
        f"{body}{after}</main></html>"
    )


def _ours(reader: Visiting, told: Told) -> str:
    language = reader.language
    name = f"{EXECUTABLE}-{reader.code}" if reader.code else EXECUTABLE
    size = f"{told.size / 1e6:.0f} MB"
    lead = t(
        language,
        "With the app you can show your screen and, if you want, let us help with mouse and keyboard. It removes itself afterwards.",
    )
    steps = (
        (
            SAVE,
            t(language, "Download the archive and open it. The program lies in it, ready to run."),
        ),
        (START, t(language, "Start the program {name} with a double click.", name=name)),
        (
            ALLOW,
            t(language, "Nothing is shown before you allow it, and you can stop at any moment."),
        ),
        (
            AFTER_END,
            t(language, "When the chat is over, the app removes itself and says what it removed."),
        ),
    )
    plain = t(language, "Download the plain program instead")
    how = t(
        language,
        "Then allow it to run: right-click the file, Properties, Permissions, “Allow executing file as program”; or in a terminal:",
    )
    needs = t(
        language,
        "It needs Linux with X11, {machine}, and at least {libc}.",
        machine=told.machine,
        libc=told.libc,
    )
    return (
        f"<p class=lead>{html.escape(lead)}</p>"
        f'<p><a class="button main" href="/download/{name}.tar.gz">'
        f"{html.escape(t(language, 'Download the app'))}</a> <span class=size>{size}</span></p>"
        f"{_listed(steps)}"
        f"<p class=needs>{html.escape(needs)}</p>"
        f"<details><summary>{html.escape(plain)}</summary>"
        f'<p><a class=button href="/download/{name}">{name}</a></p>'
        f"<div class=how>{PERMIT}<p>{html.escape(how)}</p></div>"
        f"<pre>chmod +x {name}\n./{name}</pre></details>"
        f"<p class=digest>SHA-256 {told.digest}</p>"
    )


def _listed(steps: Sequence[tuple[str, str]]) -> str:
    """Return steps, each a picture with its words."""
    items = (f"<li>{picture}<span>{html.escape(text)}</span></li>" for picture, text in steps)
    return f"<ol>{''.join(items)}</ol>"


def _browser_only(reader: Visiting) -> str:
    language = reader.language
    if reader.system == "other":
        text = t(
            language,
            "There is no app for this device. You can chat from its browser; to show a screen, come back on a computer.",
        )
        return f"<p class=lead>{html.escape(text)}</p>"
    text = t(
        language,
        "There is no app for this device yet. You can chat and show your screen from your browser.",
    )
    if reader.system == "Linux":
        text = t(
            language,
            "The app is not there yet. You can chat and show your screen from your browser.",
        )
    steps = (
        (TALK, t(language, "Chat with us in the browser. Nothing is downloaded or installed.")),
        (
            SHARE,
            t(
                language,
                "When you are asked for it, or whenever you like, choose “Share my screen”.",
            ),
        ),
        (
            CHOOSE,
            t(
                language,
                "Your browser asks what we may see: a tab, a window or the whole screen.",
            ),
        ),
        (ALLOW, t(language, "We can only look; mouse and keyboard stay yours. Stop at any time.")),
    )
    return f"<p class=lead>{html.escape(text)}</p>{_listed(steps)}"


def _other_tab(reader: Visiting, *, is_ours: bool) -> str:
    text = t(reader.language, "Your chat is in the other tab. Please go on there.")
    if is_ours:
        text = t(
            reader.language,
            "Your chat goes on in the other tab until you start the app. Then it goes on in the app, with everything that was said. The file works once, for ten minutes.",
        )
    return f"<section><p>{html.escape(text)}</p></section>"


def _chat(reader: Visiting, *, is_main: bool) -> str:
    language = reader.language
    address = f"/?lang={language}" + (f"&amp;code={reader.code}" if reader.code else "")
    words = t(language, "Chat in the browser")
    hint = t(language, "The browser can show your screen too; nothing is installed.")
    look = "button main" if is_main else "button"
    said = "" if is_main else f"<p>{html.escape(hint)}</p>"
    return (
        f'<section>{said}<p><a class="{look}" href="{address}">'
        f"{html.escape(words)}</a></p></section>"
    )


def _spoken(wanted: str, accepted: str) -> str:
    """Return the first language that is wanted and that we speak."""
    tags = [wanted, *accepted.split(",")]
    bare = (re.split(r"[-;]", tag.strip().lower())[0] for tag in tags)
    return next((each for each in bare if each in LANGUAGES), "en")
