"""What each kind of fact about a file changes in a session; part of `changes.py`."""

from typing import Any

from protocol import facts as f
from protocol.fields import FileState
from protocol.state import File, Session

Changed = dict[str, Any]


def file_offered(session: Session, fact: f.FileOffered) -> Changed:
    state: FileState = "accepted" if fact.accepted else "offered"
    file = File(by=fact.by, state=state, size=fact.size)
    return {"files": session.files | {fact.file: file}}


def _file(session: Session, file: str, state: FileState) -> Changed:
    known = session.files.get(file, File(by="", state="offered"))
    after = File(by=known.by, state=state, size=known.size)
    return {"files": session.files | {file: after}}


def file_answered(session: Session, fact: f.FileAnswered) -> Changed:
    return _file(session, fact.file, "accepted" if fact.accepted else "declined")


def file_withdrawn(session: Session, fact: f.FileWithdrawn) -> Changed:
    return _file(session, fact.file, "withdrawn")


def file_check_begun(session: Session, fact: f.FileCheckBegun) -> Changed:
    return _file(session, fact.file, "checking")


def file_arrived(session: Session, fact: f.FileArrived) -> Changed:
    return _file(session, fact.file, "arrived")


def file_refused(session: Session, fact: f.FileRefused) -> Changed:
    return _file(session, fact.file, "refused")
