"""What a site has settled for the sessions that open now."""

from msgspec import Struct

from protocol.fields import (
    Bytes,
    Digest,
    FileKinds,
    FilesUnasked,
    Id,
    MonitoringPolicy,
    RefusalPolicy,
    Seconds,
    Tries,
)


class Rules(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The site's settings as they were when the session opened. They never change under it,
    so that a transcript folds to the same session for ever."""

    agreement_digest: Digest = ""
    recording_asked: bool = False
    recording_digest: Digest = ""
    refusal_policy: RefusalPolicy = "continue_unrecorded"
    identity_asked: bool = False
    code_seconds: Seconds = 600
    code_tries: Tries = 5
    resend_seconds: Seconds = 60
    acceptance_seconds: Seconds = 300
    hold_seconds: Seconds = 60
    offer_seconds: Seconds = 60
    direct_seconds: Seconds = 120
    call_seconds: Seconds = 120
    inactivity_seconds: Seconds = 300
    warning_seconds: Seconds = 60
    keep_place_seconds: Seconds = 600
    rep_lost_seconds: Seconds = 60
    prompt_seconds: Seconds = 30
    grant_seconds: Seconds = 1800
    nudge_seconds: Seconds = 10
    take_back_seconds: Seconds = 5
    survey: bool = True
    persistent_queue: bool = False
    fallback_team: Id = ""
    record_typed: bool = False
    """Whether recordings keep which keys were pressed, and the texts that were copied."""
    view_while_paused: bool = False
    """Whether reps go on seeing a screen while they have paused its recording."""
    monitoring: MonitoringPolicy = "off"
    """Whether leads may monitor, and if so, whether customer and reps are told."""
    file_bytes: Bytes = 20 * 1024**2
    files_bytes: Bytes = 200 * 1024**2
    """Of one file, and of all together that are not declined, withdrawn or refused."""
    file_kinds: FileKinds = ("pdf", "mp3", "mp4", "word", "excel", "msi", "picture", "text", "zip")
    files_unasked: FilesUnasked = "nobodys"
    """Whose files the other side takes without being asked."""
