"""The pages as they are served: a nonce each time, and nothing but what was built."""

import re
from pathlib import Path

import pytest

from broker.headers import content_security_policy
from broker.pages import Pages
from broker.relay_places import RelayAt
from tests.broker.servers import Server, serving

HTML = '<meta property="csp-nonce" nonce="__NONCE__"><style nonce="__NONCE__"></style>'


@pytest.fixture
def pages(tmp_path: Path) -> Pages:
    for page in ("customer", "console"):
        assets = tmp_path / page / "assets" / page
        assets.mkdir(parents=True)
        (tmp_path / page / "index.html").write_text(HTML)
        for name in ("index-AbCd1234.js", "index-x.css", "notes.txt", "index-x.js.map"):
            (assets / name).write_text("built")
        (assets / "folder.js").mkdir()
    (tmp_path / "secret.js").write_text("secret")
    return Pages({page: tmp_path / page for page in ("customer", "console")})


def test_a_page_has_the_nonce_that_its_policy_names_and_another_each_time(pages: Pages) -> None:
    seen = set()
    for _ in range(3):
        response = pages.index("console", ["http://127.0.0.1:8080"])
        found = re.search(r"'nonce-([\w-]+)'", response.headers["Content-Security-Policy"])
        assert found
        assert response.text == HTML.replace("__NONCE__", found[1])
        assert response.content_type == "text/html"
        seen.add(found[1])
    assert len(seen) == 3
    assert all(len(nonce) >= 22 for nonce in seen)  # 128 bits and more in base64


def test_a_page_that_is_not_built_says_so(tmp_path: Path) -> None:
    response = Pages({"customer": tmp_path}).index("customer", [])
    assert response.status == 503
    assert "scripts/run" in (response.text or "")


def test_a_file_is_served_as_what_it_is_and_kept_for_ever(pages: Pages) -> None:
    script = pages.asset("customer", "index-AbCd1234.js")
    assert script
    assert script.content_type == "text/javascript"
    assert script.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    style = pages.asset("console", "index-x.css")
    assert style
    assert style.content_type == "text/css"


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".",
        "..",
        "../index.html",
        "../../../secret.js",
        "/etc/passwd",
        "notes.txt",
        "index-x.js.map",
        "missing.js",
        "folder.js",
        ".js",
        "index-AbCd1234.js/",
        "index-AbCd1234.js\x00",
        "index-AbCd1234.js\n",
        "..\\secret.js",
    ],
)
def test_nothing_else_is_a_file_of_a_page(pages: Pages, name: str) -> None:
    assert pages.asset("customer", name) is None
    assert pages.asset("nowhere", name) is None


def test_the_policy_lets_in_only_what_is_ours() -> None:
    policy = content_security_policy("console", "N", ["https://a.example", "http://127.0.0.1:1"])
    rules = dict(rule.partition(" ")[::2] for rule in policy.split("; "))
    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == "'self'"
    assert rules["style-src"] == "'self' 'nonce-N'"
    assert rules["connect-src"] == "'self' wss://a.example ws://127.0.0.1:1"
    assert rules["base-uri"] == rules["frame-ancestors"] == "'none'"
    assert rules["require-trusted-types-for"] == "'script'"
    assert "unsafe" not in policy
    assert "*" not in policy


async def test_pages_may_connect_to_the_relays(data_folder: Path) -> None:
    relay = RelayAt(address="wss://r.example.org:1/v1/picture", orders="ws://127.0.0.1:9/v1/orders")
    async with serving(data_folder, relays=[relay]) as server:
        for path in ("/", "/console", "/widget"):
            reply = await server.call("GET", path)
            policy = reply.headers["Content-Security-Policy"]
            own = server.url.replace("http", "ws")
            assert f"connect-src 'self' {own} wss://r.example.org:1;" in policy


async def test_both_pages_are_served_with_their_policy(server: Server) -> None:
    for path in ("/", "/?code=123456789", "/?lang=de", "/console"):
        reply = await server.call("GET", path)
        assert reply.status == 200
        assert reply.headers["Content-Type"] == "text/html; charset=utf-8"
        policy = reply.headers["Content-Security-Policy"]
        assert f"connect-src 'self' {server.url.replace('http', 'ws')};" in policy
        assert b"__NONCE__" not in reply.body
        for address in re.findall(rb'"(/assets/[^"]+)"', reply.body):
            asset = await server.call("GET", address.decode())
            assert asset.status == 200
            assert "immutable" in asset.headers["Cache-Control"]


async def test_who_takes_compressed_files_gets_what_the_build_compressed(server: Server) -> None:
    page = await server.call("GET", "/")
    found = re.findall(rb'"(/assets/[^"]+\.(?:js|css))"', page.body)
    assert found
    for address in [*(each.decode() for each in found), "/widget.js"]:
        plain = await server.call("GET", address, headers={"Accept-Encoding": "identity"})
        packed = await server.call("GET", address, headers={"Accept-Encoding": "br, gzip"})
        assert "Content-Encoding" not in plain.headers
        assert packed.headers["Content-Encoding"] == "gzip"
        # No cache on the way gives one of them to who asks for the other.
        assert plain.headers["Vary"] == packed.headers["Vary"] == "Accept-Encoding"
        assert plain.headers["ETag"] != packed.headers["ETag"]
        assert plain.headers["Content-Type"] == packed.headers["Content-Type"]
        assert int(packed.headers["Content-Length"]) < len(plain.body) / 2
        assert packed.body == plain.body
        assert (await server.call("GET", f"{address}.gz")).status == 404
