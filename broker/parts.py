"""What the handlers of HTTP calls work with; `app.py` builds it."""

from dataclasses import dataclass

from aiohttp import web

from broker.accounts import Accounts
from broker.admission import Admission
from broker.app_codes import AppCodes
from broker.audit import Audit
from broker.canned import CannedMessages
from broker.clock import Clock
from broker.codes import Codes
from broker.config import Config
from broker.database import Database
from broker.desk import Desk
from broker.direct import Direct
from broker.exports import Exports
from broker.file_desk import FileDesk
from broker.gate import Gate
from broker.headers import Origins
from broker.inbox import Inbox
from broker.inbox_reviews import Sampler
from broker.links import Links
from broker.metrics import Metrics
from broker.own_security import OwnSecurity
from broker.pages import Pages
from broker.passkeys import Passkeys
from broker.passwords import Passwords
from broker.photos import Photos
from broker.pictures import Pictures
from broker.previews import Previews
from broker.queues import Queues
from broker.recorder import Recorder
from broker.recording_shelf import Shelf
from broker.retention import Retention
from broker.reviews import Reviews
from broker.second_factors import SecondFactors
from broker.sign_in import SignIns
from broker.site import Site
from broker.tls import Tls
from broker.transcript_mail import TranscriptMail


@dataclass(frozen=True, kw_only=True)
class Parts:
    """The parts of one broker that its HTTP interface reaches."""

    config: Config
    database: Database
    site: Site
    accounts: Accounts
    passwords: Passwords
    factors: SecondFactors
    passkeys: Passkeys
    sign_ins: SignIns
    own_security: OwnSecurity
    admission: Admission
    desk: Desk
    inbox: Inbox
    transcripts: TranscriptMail
    canned: CannedMessages
    codes: Codes
    app_codes: AppCodes
    audit: Audit
    clock: Clock
    links: Links
    queues: Queues
    gate: Gate
    origins: Origins
    pages: Pages
    photos: Photos
    pictures: Pictures
    file_desk: FileDesk
    previews: Previews
    direct: Direct
    recorder: Recorder
    exports: Exports
    retention: Retention
    shelf: Shelf
    reviews: Reviews
    sampler: Sampler
    metrics: Metrics
    tls: Tls | None


PARTS = web.AppKey("PARTS", Parts)
