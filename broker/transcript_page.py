"""A transcript as one page of HTML that leaves the house: no script, nothing loaded, nothing to click.

Every word in it was written by somebody else: all of them are escaped, and stand apart, so that writing
from right to left does not turn what stands around it.
"""

import base64
import hashlib
import html
import re
from collections.abc import Iterable, Iterator
from functools import partial

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from broker.catalogue import moment, t
from broker.transcript_words import Names, Words, words_of
from protocol.facts import Called, Fact, Opened, PersonalFact
from protocol.messages import decode_fact
from protocol.session import Session, evolve


class PageHead(Struct, frozen=True, kw_only=True):
    """What stands above a transcript; times in ms, `zone` is how clocks are set."""

    language: str
    zone: str
    organisation: str
    recording: str
    began: int
    by: str
    at: int
    head: str
    accounts: dict[str, str]
    teams: dict[str, str]
    issues: dict[str, str]


STYLE = (
    ":root{color-scheme:light dark}"
    "body{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem}"
    "h1{font-size:1.5rem;margin:0 0 .5rem}dl{display:grid;grid-template-columns:auto 1fr;gap:.1rem 1rem;"
    "font-size:.875rem;margin:0 0 2rem}dt{opacity:.7}dd{margin:0;overflow-wrap:anywhere}"
    "ol{list-style:none;padding:0;margin:0}li{display:grid;grid-template-columns:6.5rem 1fr;gap:1rem;"
    "padding:.4rem 0}time{font-variant-numeric:tabular-nums;font-size:.8125rem;opacity:.7;padding-top:.15rem}"
    ".fact{font-size:.875rem;opacity:.8}.who{display:block;font-weight:600;font-size:.875rem}"
    ".words{white-space:pre-wrap;overflow-wrap:anywhere}.note{background:#f5c51822;border-radius:6px;"
    "padding-left:.5rem;padding-right:.5rem}.gone{font-style:italic;opacity:.7}"
    "@media(max-width:30rem){li{grid-template-columns:1fr;gap:0}}"
    "@media print{body{margin:0;max-width:none}li{break-inside:avoid}}"
)
_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
POLICY = f"default-src 'none'; style-src 'sha256-{_HASH}'; base-uri 'none'; form-action 'none'"

# Nothing of these may be in a page; a reader would make something else of it, or of what follows.
_CONTROLS = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)


def page(lines: Iterable[bytes], texts: dict[int, str], head: PageHead) -> Iterator[str]:
    """Yield the page, a part at a time. `lines` are those of the transcript as it was sealed, `texts` the
    personal words that are left, by place.
    """
    names = Names(dict(head.accounts), head.teams, head.issues)
    yield from _top(head)
    session = Session(id="")
    for line in lines:
        fact = _with_words(line, texts)
        session = evolve(session, fact)
        if isinstance(fact, Opened | Called):
            names.accounts[session.customer] = fact.name
        if words := words_of(fact, session, names, head.language):
            yield _line(words, fact.at, head)
    yield "</ol>\n</body>\n</html>\n"


def _with_words(line: bytes, texts: dict[int, str]) -> Fact:
    fact = decode_fact(line)
    if not isinstance(fact, PersonalFact) or not fact.digest:
        return fact
    if (words := texts.get(fact.place)) is None:
        return replace(fact, erased=True)
    return replace(fact, **msgspec.json.decode(words, type=dict[str, str]))


def _top(head: PageHead) -> Iterator[str]:
    say = partial(t, head.language)
    title = say("Transcript of {time}", time=moment(head.language, head.began, head.zone))
    about = {
        say("Organisation"): head.organisation,
        say("Recording"): head.recording,
        say("Exported by"): f"{head.by}, {moment(head.language, head.at, head.zone)}",
        say("Time zone"): head.zone or "UTC",
        say("Head of the ledger"): head.head,
    }
    yield (
        f'<!doctype html>\n<html lang="{head.language}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width">\n<meta name="referrer" content="no-referrer">\n'
        f"<title>{written(title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
        f"<h1>{written(title)}</h1>\n<dl>"
    )
    for term, value in about.items():
        yield f"<dt>{written(term)}</dt><dd><bdi>{written(value)}</bdi></dd>"
    yield "</dl>\n<ol>\n"


def _line(words: Words, at: int, head: PageHead) -> str:
    say = partial(t, head.language)
    when = moment(head.language, at, head.zone)
    who = f"{say('Private note')} · {words.who}" if words.kind == "note" else words.who
    by = f'<span class="who"><bdi>{written(who)}</bdi></span>' if who else ""
    gone = " gone" if words.gone else ""
    return (
        f'<li class="{words.kind}"><time>{written(when)}</time><div>{by}'
        f'<span class="words{gone}" dir="auto">{written(words.text)}</span></div></li>\n'
    )


def written(text: str) -> str:
    """Return `text` as it stands in a page: words, and never anything else."""
    return html.escape(_CONTROLS.sub("\N{REPLACEMENT CHARACTER}", text))
