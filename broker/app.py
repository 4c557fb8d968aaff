"""One broker, packed: every part is made once, here, and handed to those who need it.

Read the list from top to bottom and you know what the broker consists of. There is no other place
where a part is made, and nothing is kept in a module.
"""

import secrets
import time
from collections.abc import AsyncIterator, Sequence
from functools import partial

from aiohttp import web

from broker.accounts import Accounts
from broker.admission import Admission
from broker.app_codes import AppCodes
from broker.audit import Audit
from broker.bulletins import Bulletins
from broker.canned import CannedMessages
from broker.circumstances import SiteCircumstances
from broker.clock import Clock, steady_clock
from broker.codes import Codes
from broker.config import Config
from broker.database import open_database
from broker.desk import Desk
from broker.direct import Direct, TurnServer
from broker.doorbell import InProcess
from broker.export_runs import ExportRuns
from broker.exports import Exports
from broker.feeds import Feeds
from broker.file_desk import open_file_desk
from broker.first_site import first_settings
from broker.forecast import Forecast
from broker.gate import Gate
from broker.handout import HandOut
from broker.headers import Origins
from broker.identity import Identity
from broker.inbox import Inbox
from broker.inbox_reviews import Sampler
from broker.ledger_mail import LedgerMail
from broker.links import Links
from broker.mail import Mail
from broker.marks import Marks
from broker.metrics import Metrics
from broker.network import is_loopback
from broker.notices import Notices
from broker.orphans import Orphans
from broker.own_security import OwnSecurity
from broker.pages import Pages
from broker.parts import PARTS, Parts
from broker.passkeys import Passkeys
from broker.passwords import Passwords
from broker.photo_maker import PhotoMaker
from broker.photos import Photos
from broker.pictures import Pictures
from broker.presence import Presence
from broker.previews import Previews
from broker.queues import Queues
from broker.rates import Rates
from broker.recorder import Recorder
from broker.recording_keys import RecordingKeys, open_site_keys
from broker.recording_shelf import Shelf
from broker.relay.keys import open_keys
from broker.relay_places import RelayAt, RelayPlaces
from broker.retention import Retention
from broker.reviews import Reviews
from broker.routes import ROUTES
from broker.sealing import Sealing
from broker.second_factors import SecondFactors
from broker.serving import make_application
from broker.sign_in import SignIns
from broker.site import Site
from broker.sweeper import Sweeper
from broker.tasks import Tasks, keep_running
from broker.tls import Tls
from broker.transcript_mail import TranscriptMail
from broker.upkeep import Upkeep


def build_app(
    config: Config,
    tls: Tls | None = None,
    clock: Clock | None = None,
    relays: Sequence[RelayAt] = (),
) -> web.Application:
    """Return a broker that is opened when the application starts and closed when it ends.

    `relays` are those that were started with it.
    """
    app = make_application(ROUTES)
    app.cleanup_ctx.append(
        partial(_opened, config=config, tls=tls, clock=clock or steady_clock(), relays=relays)
    )
    app.on_shutdown.append(_drained)
    return app


async def _opened(
    app: web.Application,
    config: Config,
    tls: Tls | None,
    clock: Clock,
    relays: Sequence[RelayAt],
) -> AsyncIterator[None]:
    name = config.site

    # --- what is kept, and who tells whom that it changed
    database = await open_database(config.database_url)
    doorbell = InProcess()
    tasks = Tasks()
    site = Site(database, name, first_settings(config), clock, mails=config.smtp != "")
    await site.load()

    # --- people
    accounts = Accounts(database, name, clock)
    passwords = Passwords()
    factors = SecondFactors(name, clock, Sealing(config.data_folder))
    passkeys = Passkeys(database, name, clock, lambda: site.settings.organisation)
    sign_ins = SignIns(
        database=database,
        site=name,
        clock=clock,
        passwords=passwords,
        factors=factors,
        demands=site.demands_second_factor,
    )
    admission = Admission(database, name, clock)

    maker = PhotoMaker()

    # --- sessions
    forecast = Forecast(database, name, clock)
    circumstances = SiteCircumstances(database, name, clock, site, forecast)
    identity = Identity(database, name, clock, site)
    desk = Desk(database, name, clock, doorbell, circumstances, identity)
    feeds = Feeds(database, name, tasks)
    marks = Marks(database, name, clock, doorbell)
    presence = Presence(database, name, clock, doorbell, desk, secrets.token_hex(8))
    queues = Queues(
        database, name, clock, site.teams, site.issues, forecast, lambda: site.settings.choose_rep
    )
    hand_out = HandOut(database, name, clock, desk, site.handed_out)
    orphans = Orphans(database, name, clock, desk)
    canned = CannedMessages(database, name, clock)
    bulletins = Bulletins(database, name, clock, canned)
    sweeper = Sweeper(database, name, clock, desk, marks, feeds)
    mail = Mail(database, name, clock, config.mail_server, config.mail_sender)

    site_keys = open_site_keys(config)
    file_desk = open_file_desk(
        config=config,
        database=database,
        clock=clock,
        doorbell=doorbell,
        desk=desk,
        marks=marks,
        sign_ins=sign_ins,
        admission=admission,
        keys=site_keys,
    )
    keys = open_keys(config.data_folder)
    direct = Direct(
        desk=desk,
        site=site,
        clock=clock,
        keys=keys,
        doorbell=doorbell,
        helpers=TurnServer(stun=config.stun, turn=config.turn, secret=config.turn_secret),
    )
    links = Links(
        database=database,
        site=name,
        clock=clock,
        doorbell=doorbell,
        desk=desk,
        feeds=feeds,
        files=file_desk.files,
        marks=marks,
        presence=presence,
        queues=queues,
        bulletins=bulletins,
        direct=direct,
        tasks=tasks,
        idle_seconds=lambda: site.settings.idle_seconds,
        beat_seconds=config.beat_seconds,
    )
    recorder = Recorder(
        database=database,
        site=name,
        clock=clock,
        keys=RecordingKeys(database, name, site_keys),
        store=config.blobs_address,
    )
    pictures = Pictures(
        places=RelayPlaces(database, name, clock),
        clock=clock,
        desk=desk,
        sign_ins=sign_ins,
        keys=keys,
        own=relays,
        tls=tls,
        recorder=recorder,
        tasks=tasks,
    )
    upkeep = Upkeep(
        database=database,
        name=name,
        clock=clock,
        site=site,
        sign_ins=sign_ins,
        links=links,
        tls=tls,
    )

    # --- calls
    origins = Origins(config.public_url, config.host, config.scheme)
    gate = Gate(
        origins=origins,
        rates=Rates(_limits(config), time.monotonic),
        proxies=config.proxy_networks,
        sign_ins=sign_ins,
        admission=admission,
        clock=clock,
        metrics_token=config.metrics_token,
        only_here=is_loopback(config.public_url.host or ""),
    )
    app[PARTS] = Parts(
        config=config,
        database=database,
        site=site,
        accounts=accounts,
        passwords=passwords,
        factors=factors,
        passkeys=passkeys,
        file_desk=file_desk,
        previews=Previews(maker),
        sign_ins=sign_ins,
        own_security=OwnSecurity(database, name, factors, passkeys, site.demands_second_factor),
        admission=admission,
        desk=desk,
        inbox=Inbox(database, name, clock, doorbell, site),
        transcripts=TranscriptMail(database, name, clock, site, desk),
        canned=canned,
        codes=Codes(database, name, clock),
        app_codes=AppCodes(database, name, clock),
        audit=Audit(database, name, clock),
        clock=clock,
        links=links,
        queues=queues,
        gate=gate,
        origins=origins,
        pages=Pages(),
        photos=Photos(database, name, clock, maker),
        pictures=pictures,
        direct=direct,
        recorder=recorder,
        exports=Exports(
            database,
            name,
            clock,
            recorder,
            ExportRuns(database, site, name, recorder, config.blobs_address),
        ),
        retention=Retention(
            database=database,
            site=name,
            clock=clock,
            settings=lambda: site.settings,
            desk=desk,
            recorder=recorder,
        ),
        shelf=Shelf(database, name, clock, recorder),
        reviews=Reviews(database, name, clock),
        sampler=Sampler(database, name, clock),
        metrics=Metrics(lambda: links.count, forecast.records, mail),
        tls=tls,
    )

    # --- life
    desk.hear = feeds.hear
    listening = [doorbell.listen(part.hear) for part in (links, hand_out, pictures, recorder)]
    maker.start()
    for begin in (presence.begin, pictures.begin, queues.look):
        await begin()
    for part in (
        presence,
        queues,
        hand_out,
        bulletins,
        orphans,
        Notices(database, name, site, desk),
        sweeper,
        marks,
        links,
        mail,
        pictures,
        file_desk,
        recorder,
        recorder.heads,
        LedgerMail(
            database=database,
            name=name,
            clock=clock,
            site=site,
            heads=recorder.heads,
            signer=lambda: site_keys.signer,
            to=config.ledger_mail,
        ),
        app[PARTS].exports,
        app[PARTS].retention,
        app[PARTS].sampler,
        upkeep,
    ):
        tasks.start(keep_running(part.run), type(part).__name__)
    yield
    for stop_listening in listening:
        stop_listening()
    await tasks.stop()
    await marks.flush()
    await maker.stop()
    await pictures.close()
    await database.close()


async def _drained(app: web.Application) -> None:
    app[PARTS].queues.release()
    await app[PARTS].links.drain()


def _limits(config: Config) -> dict[str, int]:
    return {
        "calls": config.rate_calls,
        "visitors": config.rate_visitors,
        "passwords": config.rate_passwords,
        "messages": config.rate_messages,
        "buttons": config.rate_calls,
    }
