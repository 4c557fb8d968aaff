"""What each kind of fact about a file changes in a session; part of `changes.py`."""

from typing import Any

from protocol import facts as f
from protocol.state import File, Session

Changed = dict[str, Any]


def file_offered(session: Session, fact: f.FileOffered) -> Changed:
    return {"files": session.files | {fact.file: File(by=fact.by, state="offered")}}


def _file(session: Session, file: str, state: str) -> Changed:
    by = session.files[file].by if file in session.files else ""
    return {"files": session.files | {file: File(by=by, state=state)}}  # type: ignore[arg-type]


def file_answered(session: Session, fact: f.FileAnswered) -> Changed:
    return _file(session, fact.file, "accepted" if fact.accepted else "declined")


def file_withdrawn(session: Session, fact: f.FileWithdrawn) -> Changed:
    return _file(session, fact.file, "withdrawn")


def file_arrived(session: Session, fact: f.FileArrived) -> Changed:
    return _file(session, fact.file, "arrived")


def file_refused(session: Session, fact: f.FileRefused) -> Changed:
    return _file(session, fact.file, "refused")
