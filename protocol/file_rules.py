"""The finer conditions of files that are offered in a session."""

from protocol import facts as f
from protocol import requests as r
from protocol.file_kinds import ending_of, kind_of
from protocol.state import Answer, File, Party, Refused, Session

FILES = 100
"""Files offered in one session; each stays in it, which is read and written with every fact."""

GONE = ("declined", "withdrawn", "refused")


def offer_file(session: Session, asked: r.OfferFile, sender: Party, now: int) -> Answer:
    if not asked.file or asked.file in session.files:
        return Refused("malformed")
    if len(session.files) >= FILES:
        return Refused("rate_limited", str(FILES))
    if fault := _unwanted(session, asked):
        return fault
    return f.FileOffered(
        file=asked.file,
        name=asked.name,
        size=asked.size,
        accepted=_is_taken_unasked(session, sender),
    )


def _unwanted(session: Session, asked: r.OfferFile) -> Refused | None:
    """Return why the site does not want such a file, if so."""
    rules = session.rules
    if asked.size == 0:
        return Refused("file_empty")
    if asked.size > rules.file_bytes:
        return Refused("file_too_large", str(rules.file_bytes))
    kept = sum(file.size for file in session.files.values() if file.state not in GONE)
    if kept + asked.size > rules.files_bytes:
        return Refused("files_too_large", str(rules.files_bytes))
    if kind_of(asked.name) not in rules.file_kinds:
        return Refused("file_kind", ending_of(asked.name))
    return None


def _is_taken_unasked(session: Session, sender: Party) -> bool:
    whose = "customers" if sender.id == session.customer else "reps"
    return session.rules.files_unasked in ("everybodys", whose)


def answer_file(session: Session, asked: r.AnswerFile, sender: Party, now: int) -> Answer:
    """The other side answers: a customer for a rep's file, any rep for a customer's."""
    file = session.files.get(asked.file)
    if file is None or not (
        file.state == "offered" or (_is_under_way(file) and not asked.accepted)
    ):
        return Refused("unknown_file")
    if (file.by == session.customer) == (sender.id == session.customer):
        return Refused("not_yours")
    return f.FileAnswered(file=asked.file, accepted=asked.accepted)


def withdraw_file(session: Session, asked: r.WithdrawFile, sender: Party, now: int) -> Answer:
    file = session.files.get(asked.file)
    if file is None or not (file.state == "offered" or _is_under_way(file)):
        return Refused("unknown_file")
    return f.FileWithdrawn(file=asked.file) if file.by == sender.id else Refused("not_yours")


def _is_under_way(file: File) -> bool:
    return file.state in ("accepted", "checking")


def file_check_begins(
    session: Session, asked: r.FileCheckBegins, sender: Party, now: int
) -> Answer:
    file = session.files.get(asked.file)
    if file is None or file.state != "accepted":
        return Refused("unknown_file")
    return f.FileCheckBegun(file=asked.file, size=asked.size, file_digest=asked.digest)


def file_arrives(session: Session, asked: r.FileArrives, sender: Party, now: int) -> Answer:
    file = session.files.get(asked.file)
    if file is None or not _is_under_way(file):
        return Refused("unknown_file")
    return f.FileArrived(
        file=asked.file, size=asked.size, file_digest=asked.digest, content=asked.content
    )


def file_withheld(session: Session, asked: r.FileWithheld, sender: Party, now: int) -> Answer:
    file = session.files.get(asked.file)
    if file is None or file.state in GONE:
        return Refused("unknown_file")
    return f.FileRefused(
        file=asked.file,
        why=asked.why,
        found=asked.found,
        size=asked.size,
        file_digest=asked.digest,
    )
