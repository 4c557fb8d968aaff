"""Files as lines of the conversation: what each is, how far it is, and what one can do with it."""

from msgspec import Struct

from customer_client.window.deeds import Ask, Deed, DismissFile, HoldFile, SaveFile, StopSaving
from customer_client.window.file_texts import (
    fault_text,
    file_refusal_text,
    over_text,
    pace_text,
    saved_text,
    size_text,
    state_text,
)
from customer_client.window.nodes import Button, Image, Line, Node, Progress, Row, Text
from customer_client.window.state import Case, FileOnWay, Unsent
from customer_client.words import Words
from protocol import facts as f
from protocol import requests as r
from protocol.file_names import safe_name
from protocol.session import Session

Parts = tuple[Text | Button | Row | Progress | Image, ...]


class _Shown(Struct, frozen=True, kw_only=True):
    """A file as its facts tell of it; `fault` is why nobody gets it."""

    id: str
    name: str
    size: int
    state: str
    fault: str
    is_mine: bool
    erased: bool


def file_line(case: Case, offer: f.FileOffered, t: Words) -> Line:
    """Return the file that `offer` tells of; who shows it adds whose it is and when."""
    session, shown = case.session, _shown(case, offer)
    assert session
    way = case.files.get(shown.id)
    is_held = way is not None and way.held
    is_on_its_way = shown.state == "accepted" and session.state != "ended"
    state = state_text(t, shown.state, session, is_mine=shown.is_mine)
    if is_held and is_on_its_way:
        state = t("Paused")
    fault = fault_text(t, shown.fault) if shown.fault else ""
    preview = case.previews.get(shown.id)
    parts: Parts = (
        *((Image(content=preview, says=shown.name),) if preview and not shown.erased else ()),
        _name(shown, t),
        Text(
            key="state",
            text=f"{size_text(t, shown.size)} · {fault or state}",
            voice="error" if fault else "hint",
        ),
        *_moving(case, session, shown, t),
        *_saving(case, shown, t),
    )
    return Line(side="own" if shown.is_mine else "theirs", texts=parts, is_plain=True)


def _shown(case: Case, offer: f.FileOffered) -> _Shown:
    session = case.session
    assert session
    known = session.files.get(offer.file)
    facts = (entry.fact for entry in case.entries)
    refused = (e.why for e in facts if isinstance(e, f.FileRefused) and e.file == offer.file)
    return _Shown(
        id=offer.file,
        name="" if offer.erased else safe_name(offer.name),
        size=offer.size,
        state=known.state if known else "offered",
        fault=next(refused, ""),
        is_mine=offer.by == session.customer,
        erased=offer.erased,
    )


def _name(shown: _Shown, t: Words) -> Text:
    if shown.erased:
        return Text(key="name", text=t("The name was erased."), voice="italic")
    return Text(key="name", text=shown.name, voice="strong")


def _moving(case: Case, session: Session, shown: _Shown, t: Words) -> Parts:
    """Return how far it is, and the buttons that answer, pause and cancel."""
    if session.state == "ended" or shown.state not in ("offered", "accepted", "checking"):
        return ()
    way = case.files.get(shown.id)
    parts: Parts = ()
    ways: list[Node] = []
    if shown.state == "accepted":
        way = way or FileOnWay()
        parts = _progress(way, shown.size, t)
        held = HoldFile(file=shown.id, held=not way.held)
        ways.append(_button("hold", t("Go on") if way.held else t("Pause"), held))
    if shown.is_mine:
        cancel = Ask(kind=r.WithdrawFile, about={"file": shown.id})
        ways.append(_button("cancel", t("Cancel"), cancel))
    elif shown.state == "offered":
        # The answer that costs nothing comes first to the keyboard.
        ways.append(_button("no", t("Decline"), _answer(shown, accepted=False)))
        accept = _answer(shown, accepted=True)
        ways.append(Button(key="yes", text=t("Accept"), does=accept, look="main"))
    elif shown.state == "accepted":
        ways.append(_button("cancel", t("Cancel"), _answer(shown, accepted=False)))
    return (*parts, *((Row(key="ways", children=tuple(ways), gap=8),) if ways else ()))


def _answer(shown: _Shown, *, accepted: bool) -> Ask:
    return Ask(kind=r.AnswerFile, about={"file": shown.id, "accepted": accepted})


def _button(key: str, text: str, does: Deed) -> Button:
    return Button(key=key, text=text, does=does)


def _progress(way: FileOnWay, size: int, t: Words) -> Parts:
    speed = "" if way.held else pace_text(t, way.bytes_per_second, size - way.done)
    return (
        Progress(key="progress", done=way.done, whole=size),
        Text(key="pace", text=speed or " ", voice="hint"),
    )


def _saving(case: Case, shown: _Shown, t: Words) -> Parts:
    """Return what of a file of a rep's lies on this computer, and the button that puts it there."""
    if shown.is_mine or shown.erased or shown.state != "arrived":
        return ()
    saved = case.saved.get(shown.id)
    save = _button("save", t("Save as…"), SaveFile(file=shown.id, name=shown.name))
    if saved is None:
        return (Row(key="ways", children=(save,)),)
    told = Text(
        key="saved",
        text=saved_text(t, saved.state, saved.name),
        voice="hint" if saved.state in ("saving", "saved") else "error",
    )
    if saved.state != "saving":
        return (told, Row(key="ways", children=(save,)))
    stop = _button("stop", t("Cancel"), StopSaving(file=shown.id))
    way = case.files.get(shown.id, FileOnWay())
    return (told, *_progress(way, shown.size, t), Row(key="ways", children=(stop,)))


def refused_file(unsent: Unsent, session: Session, t: Words) -> Line:
    """Return a file that was not taken, and why."""
    why = file_refusal_text(t, unsent.problem, session.rules)
    size = f"{over_text(t, unsent.size, session.rules)} · " if unsent.size else ""
    dismiss = _button("remove", t("Remove"), DismissFile(file=unsent.id))
    return Line(
        key=unsent.id,
        side="own",
        texts=(
            Text(key="name", text=safe_name(unsent.name), voice="strong"),
            Text(key="state", text=f"{size}{why}", voice="error"),
            Row(key="ways", children=(dismiss,)),
        ),
        is_plain=True,
    )


def written_file(case: Case, offer: f.FileOffered, t: Words) -> str:
    """Return a file as a transcript to keep tells of it."""
    session, shown = case.session, _shown(case, offer)
    assert session
    state = state_text(t, shown.state, session, is_mine=shown.is_mine)
    told = fault_text(t, shown.fault) if shown.fault else state
    return f"{shown.name or t('The name was erased.')} ({size_text(t, shown.size)}) · {told}"
