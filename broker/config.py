"""The settings of one installation: `deskside.toml`, then `DESKSIDE_*`, which win.

A field below is all there is to a setting: name, kind, default, and the sentence that people read
in `docs/configuration.md` and when they set it wrongly. What can change while the server runs
(texts, issues, timeouts) is not here but in `site.py`.
"""

import ipaddress
import socket
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, get_type_hints

import msgspec
from msgspec import Meta, Struct
from yarl import URL

from broker.network import lan_addresses

FILE = "deskside.toml"
PREFIX = "DESKSIDE_"

INSECURE = (
    "Plain http on {url} is refused: browsers give screen sharing, notifications and secure "
    "cookies only to https or to the very machine they run on, so it would fail for everybody "
    "else. Set DESKSIDE_TLS=self, or start with --lan, or put a TLS proxy in front and set "
    "DESKSIDE_URL to its https:// address."
)

PAGE = """# Settings

Each is a variable of the environment, or a line in `{file}` in the folder where `deskside` is started,
there in small letters and without `{prefix}` (`port = 8080`, `url = "https://help.example.org"`). The
environment wins.

| variable | default | meaning |
| --- | --- | --- |
{rows}
"""

Name = Annotated[str, Meta(min_length=1, max_length=120)]
SiteName = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9_-]{0,31}$")]
Port = Annotated[int, Meta(ge=0, le=65_535)]
Rate = Annotated[int, Meta(ge=1, le=1_000_000)]
Origin = Annotated[str, Meta(pattern=r"^(https?://[^/?#@\s]+/?)?$")]
Tls = Annotated[str, Meta(pattern=r"^(off|self|lan|[^,]+,[^,]+)$")]
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
        str, says("The base32 secret of the demo accounts' one-time codes; not used yet.")
    ] = ""
    proxies: Annotated[
        str,
        says(
            "The addresses or networks, with commas, of TLS proxies whose `X-Forwarded-For` is true."
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
    rate_calls: Annotated[Rate, says("Calls in a minute from one address, at most.")] = 600
    rate_visitors: Annotated[Rate, says("New visitors in a minute from one address, at most.")] = 30
    rate_passwords: Annotated[
        Rate, says("Passwords tried in a minute from one address, at most.")
    ] = 30

    def __post_init__(self) -> None:
        """Refuse what looks right on the machine it runs on and fails everywhere else."""
        _networks(self.proxies)
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

    @property
    def data_folder(self) -> Path:
        """Where everything is kept."""
        return Path(self.data).resolve()

    @property
    def database_url(self) -> str:
        """The SQLAlchemy address of the database."""
        return self.database or f"sqlite:///{self.data_folder / 'deskside.db'}"

    @property
    def proxy_networks(self) -> tuple["Network", ...]:
        """Where the proxies are whose word about addresses is believed."""
        return _networks(self.proxies)


Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def is_loopback(host: str) -> bool:
    """Say whether `host`, a name or an address, can only mean this very machine."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def is_everywhere(host: str) -> bool:
    """Say whether listening on `host` means on every address of this machine."""
    return host in {"", "0.0.0.0", "::"}  # noqa: S104 - it is compared, not listened on


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


def document() -> str:
    """Return the settings as a page in Markdown."""
    rows = (
        f"| `{PREFIX}{name.upper()}` | {default} | {description} |"
        for name, default, description in _described()
    )
    return PAGE.format(file=FILE, prefix=PREFIX, rows="\n".join(rows))


def _described() -> list[tuple[str, str, str]]:
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
    accepted = {name: description for name, _, description in _described()}
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


def _networks(text: str) -> tuple[Network, ...]:
    try:
        return tuple(ipaddress.ip_network(part.strip()) for part in text.split(",") if part.strip())
    except ValueError as fault:
        raise BadSetting(f"{PREFIX}PROXIES: {fault}.") from None
