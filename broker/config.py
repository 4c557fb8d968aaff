"""The settings of one installation: `deskside.toml`, then `DESKSIDE_*`, which win.

A field below is all there is to a setting: name, kind, default, and the sentence that people read
in `docs/configuration.md` and when they set it wrongly. What can change while the server runs
(texts, issues, timeouts) is not here but in `site.py`.
"""

import ipaddress
import socket
import tomllib
from collections.abc import Mapping
from email.headerregistry import Address
from pathlib import Path
from typing import Annotated, Any, get_type_hints

import msgspec
from msgspec import Meta, Struct
from yarl import URL

from broker.addresses import BadAddress, mailbox, usable
from broker.clamd import BadScanner, Clamd
from broker.network import Network, is_everywhere, is_loopback, lan_addresses
from broker.smtp import Smtp
from broker.smtp import parse as parse_smtp
from recordings import key_token

FILE = "deskside.toml"
PREFIX = "DESKSIDE_"

INSECURE = (
    "Plain http on {url} is refused: browsers give screen sharing, notifications and secure "
    "cookies only to https or to the very machine they run on, so it would fail for everybody "
    "else. Set DESKSIDE_TLS=self, or start with --lan, or put a TLS proxy in front and set "
    "DESKSIDE_URL to its https:// address."
)

MOST_PORT = 65_535

Name = Annotated[str, Meta(min_length=1, max_length=120)]
SiteName = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9_-]{0,31}$")]
Port = Annotated[int, Meta(ge=0, le=MOST_PORT)]
Rate = Annotated[int, Meta(ge=1, le=1_000_000)]
Origin = Annotated[str, Meta(pattern=r"^(https?://[^/?#@\s]+/?)?$")]
Tls = Annotated[str, Meta(pattern=r"^(off|self|lan|[^,]+,[^,]+)$")]
Base32 = Annotated[str, Meta(pattern=r"^([A-Za-z2-7]{16,128}=*)?$")]
RelayUrl = Annotated[str, Meta(pattern=r"^(wss?://[^?#@\s]+)?$")]
StunUrl = Annotated[str, Meta(pattern=r"^(stuns?:[^?#@/\s]+)?$")]
TurnUrl = Annotated[str, Meta(pattern=r"^(turns?:[^?#@/\s]+(\?transport=(udp|tcp))?)?$")]
DatabaseUrl = Annotated[str, Meta(pattern=r"^((sqlite|postgresql)://.+)?$")]


class BadSetting(Exception):
    """A setting cannot be used; the message names it and says what is accepted."""


def says(description: str) -> Meta:
    """Describe a setting to whoever sets it."""
    return Meta(description=description)


class Config(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an installation sets. Raises `BadSetting` where settings do not go together."""

    host: Annotated[str, says("The address to listen on; `0.0.0.0` is all.")] = "127.0.0.1"
    port: Annotated[Port, says("The port to listen on; 0 takes any free one.")] = 8080
    url: Annotated[
        Origin,
        says("The public address, as in `https://help.example.org`; from host and port if empty."),
    ] = ""
    tls: Annotated[
        Tls,
        says(
            "`off` (for this machine alone or behind a TLS proxy), `self` (a certificate of our "
            "own), `lan` (the same as `--lan`: a private authority for the local network), or "
            "`CERT,KEY` (two PEM files, read again when they change)."
        ),
    ] = "off"
    data: Annotated[Name, says("The folder for everything that is kept.")] = "./data"
    database: Annotated[
        DatabaseUrl,
        says(
            "`sqlite:///PATH` or `postgresql://USER@HOST/NAME`; SQLite in the data folder if empty."
        ),
    ] = ""
    site: Annotated[SiteName, says("The name of this site in the database.")] = "main"
    organisation: Annotated[
        Name, says("What customers read, until `deskside site set` names another.")
    ] = "Deskside"
    demo: Annotated[bool, says("`1` keeps demo teams and accounts.")] = False
    demo_password: Annotated[
        str, says("The password of the demo accounts; random and printed if empty.")
    ] = ""
    demo_totp: Annotated[
        Base32,
        says(
            "The base32 secret of the one-time codes of the demo's administrator and compliance "
            "officer; random and printed if empty."
        ),
    ] = ""
    proxies: Annotated[
        str,
        says(
            "The addresses or networks, with commas, of TLS proxies whose `X-Forwarded-For` is true."
        ),
    ] = ""
    smtp: Annotated[
        str,
        says(
            "The server that takes our mail: `smtp+starttls://USER:PASSWORD@HOST:PORT`, "
            "`smtps://…` or, without a password, `smtp://…`; no mail is sent if empty."
        ),
    ] = ""
    mail_from: Annotated[
        str, says("Whom mail is from, as in `Help desk <help@example.org>`; needed for mail.")
    ] = ""
    ledger_mail: Annotated[
        str,
        says(
            "To whom the head of the recordings' ledger is mailed each day, as in `compliance@example.org`; it proves "
            "later that nothing from before was taken back."
        ),
    ] = ""
    metrics_token: Annotated[
        str,
        says("The bearer token for `/metrics`; if empty, only this very machine may read it."),
    ] = ""
    beat_seconds: Annotated[
        int,
        Meta(ge=1, le=60),
        says("How often a link says that it is alive; it is given up after some such silences."),
    ] = 15
    relays: Annotated[
        int,
        Meta(ge=1, le=32),
        says("How many relays carry pictures; each is a process and takes one of the next ports."),
    ] = 1
    relay_url: Annotated[
        RelayUrl,
        says(
            "The public address of the relays, `{n}` being the number of each from 1, as in "
            "`wss://help.example.org/relay/{n}`. If empty: the next ports of the public address; "
            "behind a TLS proxy, `/relay/{n}` of it."
        ),
    ] = ""
    stun: Annotated[
        StunUrl,
        says(
            "A STUN server for direct paths, as in `stun:stun.example.org:3478`; without one they are "
            "found only within one network."
        ),
    ] = ""
    turn: Annotated[
        TurnUrl,
        says(
            "A TURN server for direct paths, as in `turn:turn.example.org:3478`, where the site allows "
            "it (`direct` is `turn`)."
        ),
    ] = ""
    turn_secret: Annotated[
        str,
        says("The secret that the TURN server shares with us (coturn's `static-auth-secret`)."),
    ] = ""
    journal: Annotated[
        str,
        says(
            "The folder in which relays keep what is recorded, sealed, until it is stored; `journal` in "
            "the data folder if empty."
        ),
    ] = ""
    blobs: Annotated[
        str,
        says(
            "Where files and recordings are kept, sealed: a folder, or `s3://BUCKET/PREFIX` with the server and its "
            "keys in `AWS_ENDPOINT`, `AWS_ACCESS_KEY_ID`, …; `blobs` in the data folder if empty."
        ),
    ] = ""
    key_service: Annotated[
        str,
        says(
            "What wraps the keys of recordings and files in place of `recordings.key`: a token that speaks PKCS#11, as "
            "in `pkcs11:token=Deskside?module-path=/usr/lib/softhsm/libsofthsm2.so&pin-source=file:/etc/deskside/pin`."
        ),
    ] = ""
    clamd: Annotated[
        str,
        says(
            "The daemon of ClamAV that looks at every file before anybody gets it: the path of its "
            "socket, or `HOST:PORT`; files are not scanned if empty."
        ),
    ] = ""
    rate_calls: Annotated[Rate, says("Calls in a minute from one address, at most.")] = 600
    rate_visitors: Annotated[Rate, says("New visitors in a minute from one address, at most.")] = 30
    rate_passwords: Annotated[
        Rate, says("Passwords tried in a minute from one address, at most.")
    ] = 30
    rate_messages: Annotated[
        Rate, says("Messages left and transcripts mailed in a minute from one address, at most.")
    ] = 10

    def __post_init__(self) -> None:
        """Refuse what looks right on the machine it runs on and fails everywhere else."""
        _networks(self.proxies)
        _check_mail(self)
        _check_services(self)
        _check_relays(self)
        if self.turn and not self.turn_secret:
            raise BadSetting(f"{PREFIX}TURN_SECRET is needed where {PREFIX}TURN is set.")
        public = self.public_url
        if public.scheme == "https":
            return
        if self.tls != "off":
            raise BadSetting("DESKSIDE_URL must begin with https:// where DESKSIDE_TLS is not off.")
        if not is_loopback(public.host or ""):
            raise BadSetting(INSECURE.format(url=public))
        if not is_loopback(self.host):
            raise BadSetting(INSECURE.format(url=f"{self.host}:{self.port}"))

    @property
    def scheme(self) -> str:
        """What is spoken on our own port."""
        return "http" if self.tls == "off" else "https"

    @property
    def public_url(self) -> URL:
        """The address that people use, without a path."""
        if self.url:
            return URL(self.url).origin()
        host = self.host
        if is_everywhere(host) and self.tls != "off":
            addresses = lan_addresses() if self.tls == "lan" else []
            host = addresses[0] if addresses else socket.gethostname()
        return URL.build(scheme=self.scheme, host=host, port=self.port).origin()

    def relay_address(self, number: int, port: int) -> str:
        """Return where people reach the relay `number`, from 1, that listens on `port`."""
        if self.relay_url:
            base = self.relay_url.replace("{n}", str(number)).rstrip("/")
        elif self.public_url.scheme == self.scheme:
            socket_scheme = self.scheme.replace("http", "ws")
            base = str(self.public_url.with_scheme(socket_scheme).with_port(port)).rstrip("/")
        else:
            base = str(self.public_url.with_scheme("wss").with_path(f"/relay/{number}"))
        return f"{base}/v1/picture"

    @property
    def data_folder(self) -> Path:
        """Where everything is kept."""
        return Path(self.data).resolve()

    @property
    def blobs_address(self) -> str:
        """Where files and recordings are kept."""
        return self.blobs or str(self.data_folder / "blobs")

    @property
    def scanner(self) -> Clamd | None:
        """Who looks at files; None where nobody does."""
        return Clamd(self.clamd) if self.clamd else None

    @property
    def key_token(self) -> key_token.TokenAddress | None:
        """The token that wraps keys; None where the key file does."""
        return key_token.parse(self.key_service) if self.key_service else None

    @property
    def journal_folder(self) -> Path:
        """Where relays keep what is not yet stored."""
        return Path(self.journal).resolve() if self.journal else self.data_folder / "journal"

    @property
    def database_url(self) -> str:
        """The SQLAlchemy address of the database."""
        return self.database or f"sqlite:///{self.data_folder / 'deskside.db'}"

    @property
    def mail_server(self) -> Smtp | None:
        """Where mail goes; None where none is sent."""
        return parse_smtp(self.smtp) if self.smtp else None

    @property
    def mail_sender(self) -> Address | None:
        """Whom mail is from."""
        return mailbox(self.mail_from) if self.mail_from else None

    @property
    def proxy_networks(self) -> tuple[Network, ...]:
        """Where the proxies are whose word about addresses is believed."""
        return _networks(self.proxies)


def load(environment: Mapping[str, str], folder: Path, **given: Any) -> Config:
    """Read the settings in `folder` and `environment`; what is `given` goes before both."""
    settings = _from_file(folder / FILE) | _from_environment(environment) | given
    if settings.get("tls") == "lan":
        settings.setdefault("host", "0.0.0.0")  # noqa: S104 - that is what it is for
    for name in settings:
        if name not in Config.__struct_fields__:
            known = ", ".join(PREFIX + field.upper() for field in Config.__struct_fields__)
            raise BadSetting(f"There is no setting {PREFIX}{name.upper()}. There are: {known}.")
    try:
        return msgspec.convert(settings, Config, strict=False)
    except msgspec.ValidationError as fault:
        raise BadSetting(_explained(str(fault))) from None


def described() -> list[tuple[str, str, str]]:
    """Return each setting: its name, its default as people write it, and its sentence."""
    defaults = dict(zip(Config.__struct_fields__, Config.__struct_defaults__, strict=True))
    described = []
    for name, hint in get_type_hints(Config, include_extras=True).items():
        default = int(defaults[name]) if isinstance(defaults[name], bool) else defaults[name]
        description = next(
            meta.description for meta in hint.__metadata__ if meta.description is not None
        )
        described.append((name, "" if default == "" else f"`{default}`", description))
    return described


def _explained(fault: str) -> str:
    """Turn msgspec's "… - at `$.port`" into a sentence that names the setting."""
    reason, _, place = fault.partition(" - at `$.")
    name = place.rstrip("`")
    accepted = {name: description for name, _, description in described()}
    return f"{PREFIX}{name.upper()}: {reason}. Accepted: {accepted[name]}"


def _from_file(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text())
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        raise BadSetting(f"{path} cannot be read: {fault}.") from None


def _from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    return {
        name.removeprefix(PREFIX).lower(): value
        for name, value in environment.items()
        if name.startswith(PREFIX)
    }


def _check_mail(config: Config) -> None:
    """Refuse, before the first mail, what would keep all mail from going out."""
    try:
        server, sender = config.mail_server, config.mail_sender
    except ValueError as fault:
        raise BadSetting(f"{PREFIX}SMTP: {fault}.") from None
    except BadAddress:
        raise BadSetting(f"{PREFIX}MAIL_FROM is no address, such as help@example.org.") from None
    if server and not sender:
        raise BadSetting(f"{PREFIX}MAIL_FROM is needed where {PREFIX}SMTP is set.")
    if config.ledger_mail:
        if not server:
            raise BadSetting(f"{PREFIX}SMTP is needed where {PREFIX}LEDGER_MAIL is set.")
        try:
            usable(config.ledger_mail)
        except BadAddress:
            raise BadSetting(f"{PREFIX}LEDGER_MAIL is no address.") from None


def _check_services(config: Config) -> None:
    """Refuse addresses that would leave every file unchecked, or nothing recorded, for ever."""
    try:
        Clamd(config.clamd or "/")
    except BadScanner as fault:
        raise BadSetting(f"{PREFIX}CLAMD: {fault}.") from None

    try:
        _ = config.key_token
    except key_token.BadTokenAddress as fault:
        raise BadSetting(f"{PREFIX}KEY_SERVICE: {fault}.") from None


def _check_relays(config: Config) -> None:
    """Refuse relays that pages could not reach."""
    if config.port + config.relays > MOST_PORT:
        raise BadSetting(f"{PREFIX}PORT: the relays take the next ports, and there are too few.")
    if config.relay_url.startswith("ws:") and config.public_url.scheme == "https":
        raise BadSetting(f"{PREFIX}RELAY_URL must begin with wss:// where pages come by https.")
    if config.relay_url and config.relays > 1 and "{n}" not in config.relay_url:
        raise BadSetting(f"{PREFIX}RELAY_URL needs {{n}}, for there are several relays.")


def _networks(text: str) -> tuple[Network, ...]:
    try:
        return tuple(ipaddress.ip_network(part.strip()) for part in text.split(",") if part.strip())
    except ValueError as fault:
        raise BadSetting(f"{PREFIX}PROXIES: {fault}.") from None
