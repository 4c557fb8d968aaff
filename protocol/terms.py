"""What a site has settled for the sessions that open now."""

from msgspec import Struct

from protocol.fields import Digest, Id, MonitoringPolicy, RefusalPolicy, Seconds, Tries


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
    monitoring: MonitoringPolicy = "off"
    """Whether leads may monitor, and if so, whether customer and reps are told."""
