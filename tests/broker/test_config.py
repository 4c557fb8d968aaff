"""Settings: where they come from, what is refused, and in which words."""

from pathlib import Path
from typing import Any

import pytest

from broker.config import BadSetting, Config, load
from broker.config_page import document
from broker.network import is_loopback


def refusal(folder: Path, **environment: str) -> str:
    with pytest.raises(BadSetting) as refused:
        load({f"DESKSIDE_{name.upper()}": value for name, value in environment.items()}, folder)
    return str(refused.value)


def test_without_any_setting_it_serves_this_machine(tmp_path: Path) -> None:
    config = load({}, tmp_path)
    assert str(config.public_url) == "http://127.0.0.1:8080"
    assert config.database_url.startswith("sqlite:////")
    assert not config.demo


def test_the_environment_goes_before_the_file_and_what_is_given_before_both(tmp_path: Path) -> None:
    (tmp_path / "deskside.toml").write_text('port = 1\nhost = "127.0.0.2"\nsite = "file"\n')
    config = load(
        {"DESKSIDE_PORT": "2", "DESKSIDE_HOST": "127.0.0.3", "PORT": "9"}, tmp_path, port=3
    )
    assert (config.port, config.host, config.site) == (3, "127.0.0.3", "file")


@pytest.mark.parametrize(("text", "meant"), [("1", True), ("0", False), ("true", True)])
def test_a_switch_is_read_from_text(tmp_path: Path, text: str, *, meant: bool) -> None:
    assert load({"DESKSIDE_DEMO": text}, tmp_path).demo is meant


def test_an_unknown_setting_is_named_with_those_there_are(tmp_path: Path) -> None:
    said = refusal(tmp_path, nats="nats://localhost")
    assert said.startswith("There is no setting DESKSIDE_NATS. There are: DESKSIDE_HOST, ")


def test_an_unknown_line_in_the_file_is_named_too(tmp_path: Path) -> None:
    (tmp_path / "deskside.toml").write_text("prot = 8080\n")
    assert "There is no setting DESKSIDE_PROT." in refusal(tmp_path)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("port", "eighty"),
        ("port", "65536"),
        ("port", "-1"),
        ("url", "help.example.org"),
        ("url", "https://help.example.org/desk"),
        ("url", "https://user@help.example.org"),
        ("tls", "yes"),
        ("database", "mysql://localhost/x"),
        ("demo", "maybe"),
        ("site", "Two words"),
        ("rate_calls", "0"),
        ("organisation", ""),
    ],
)
def test_a_malformed_setting_is_named_with_what_is_accepted(
    tmp_path: Path, name: str, value: str
) -> None:
    said = refusal(tmp_path, **{name: value})
    assert said.startswith(f"DESKSIDE_{name.upper()}: ")
    assert "Accepted: " in said


def test_a_secret_is_not_repeated_when_it_is_refused(tmp_path: Path) -> None:
    assert "hush" not in refusal(tmp_path, database="mysql://me:hush@localhost/x")


def test_a_file_that_is_no_toml_is_named(tmp_path: Path) -> None:
    (tmp_path / "deskside.toml").write_text("port: 8080\n")
    assert "deskside.toml cannot be read: " in refusal(tmp_path)


def test_a_network_that_is_none_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path, proxies="10.0.0.1, 10.0.0.0/33").startswith("DESKSIDE_PROXIES: ")


@pytest.mark.parametrize(
    "settings",
    [
        {"host": "0.0.0.0"},
        {"host": "::"},
        {"host": "192.168.1.5"},
        {"url": "http://help.example.org"},
        {"url": "http://192.168.1.5:8080"},
        {"host": "0.0.0.0", "url": "http://127.0.0.1:8080"},
        {"url": "http://127.0.0.1.example.org"},
        {"url": "http://localhost.example.org"},
    ],
)
def test_plain_http_for_others_is_refused_in_one_sentence_that_says_what_to_do(
    tmp_path: Path, settings: dict[str, str]
) -> None:
    said = refusal(tmp_path, **settings)
    assert said.startswith("Plain http on ")
    assert "browsers" in said
    for way in ("DESKSIDE_TLS=self", "--lan", "TLS proxy", "DESKSIDE_URL"):
        assert way in said


@pytest.mark.parametrize(
    ("settings", "url"),
    [
        ({"url": "https://help.example.org", "host": "0.0.0.0"}, "https://help.example.org"),
        ({"url": "https://help.example.org:443/"}, "https://help.example.org"),
        ({"tls": "self", "host": "192.168.1.5"}, "https://192.168.1.5:8080"),
        ({"tls": "self", "url": "https://desk.lan"}, "https://desk.lan"),
        ({"tls": "cert.pem,key.pem"}, "https://127.0.0.1:8080"),
        ({"host": "::1"}, "http://[::1]:8080"),
        ({"host": "localhost", "port": 80}, "http://localhost"),
        ({"url": "http://desk.localhost:8080"}, "http://desk.localhost:8080"),
    ],
)
def test_whatever_browsers_trust_is_accepted(settings: dict[str, Any], url: str) -> None:
    assert str(Config(**settings).public_url) == url


@pytest.mark.parametrize(
    ("settings", "address"),
    [
        ({}, "ws://127.0.0.1:8082/v1/picture"),
        ({"host": "::1"}, "ws://[::1]:8082/v1/picture"),
        ({"host": "localhost", "port": 80}, "ws://localhost:8082/v1/picture"),
        ({"tls": "self", "host": "192.168.1.5"}, "wss://192.168.1.5:8082/v1/picture"),
        ({"tls": "self", "url": "https://desk.lan"}, "wss://desk.lan:8082/v1/picture"),
        ({"url": "https://help.example.org"}, "wss://help.example.org/relay/2/v1/picture"),
        ({"url": "https://a.example:444"}, "wss://a.example:444/relay/2/v1/picture"),
        (
            {"url": "https://help.example.org", "relay_url": "wss://r{n}.example.org/"},
            "wss://r2.example.org/v1/picture",
        ),
    ],
)
def test_pages_reach_the_second_relay_where_people_reach_the_server(
    settings: dict[str, Any], address: str
) -> None:
    assert Config(relays=2, **settings).relay_address(2, 8082) == address


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"port": "65535"}, "DESKSIDE_PORT"),
        ({"url": "https://a.example", "relay_url": "ws://a.example"}, "DESKSIDE_RELAY_URL"),
        ({"relays": "2", "relay_url": "ws://localhost:9"}, "DESKSIDE_RELAY_URL"),
        ({"relays": "0"}, "DESKSIDE_RELAYS"),
        ({"relay_url": "https://a.example"}, "DESKSIDE_RELAY_URL"),
    ],
)
def test_relays_that_pages_cannot_reach_are_refused(
    tmp_path: Path, settings: dict[str, str], named: str
) -> None:
    assert named in refusal(tmp_path, **settings)


def test_tls_of_our_own_needs_an_https_address(tmp_path: Path) -> None:
    assert "must begin with https://" in refusal(tmp_path, tls="self", url="http://localhost:8080")


def test_for_the_local_network_it_listens_everywhere_under_an_address_others_can_use(
    tmp_path: Path,
) -> None:
    config = load({}, tmp_path, tls="lan")
    assert config.host == "0.0.0.0"
    assert config.public_url.scheme == "https"
    assert not is_loopback(config.public_url.host or "")


def test_every_setting_is_described() -> None:
    page = document()
    for name in Config.__struct_fields__:
        (line,) = [line for line in page.splitlines() if f"`DESKSIDE_{name.upper()}`" in line]
        assert line.endswith(". |")


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.10", "::1", "localhost", "a.localhost"])
def test_loopback_is_this_machine(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["", "0.0.0.0", "::", "10.0.0.1", "localhost.example", "127"])
def test_nothing_else_is_loopback(host: str) -> None:
    assert not is_loopback(host)
