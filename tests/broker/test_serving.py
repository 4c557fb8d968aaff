"""What happens before and after every handler: paths, bodies, headers, faults."""

import asyncio
import gzip
import json
from pathlib import Path

import pytest
import structlog

from broker import running
from broker import serving as serving_module
from broker.http import BODY_LIMIT
from broker.routes import ROUTES
from tests.broker.servers import Server, serving
from tests.waiting import LIMIT_SECONDS

# Words under which other products kept a wizard that could be reached again.
WORDS = (
    "setup", "Setup", "SETUP", "SetupWizard.aspx", "setup-wizard", "install", "installer", "init",
    "initialize", "first-run", "firstrun", "first_run", "onboarding", "wizard", "bootstrap",
    "configure", "register", "signup", "sign-up", "create-admin", "admin/create", "admin/setup",
    "v1/setup", "v1/first", "v1/install", "v1/admin", "v1/accounts/first", "welcome", "v1/first-run",
    "console/setup", "console/welcome",
)  # fmt: skip
WAYS = (
    "/{}", "/{}/", "//{}", "/./{}", "/../{}", "/%2e%2e/{}", "/{}%00", "/{}%2f", "/{};x=1", "/{}/..;/",
    "/{}?step=1", "/{}.json", "/{}/x", "/assets/customer/../../{}", "/assets/%2e%2e/{}", "/%2f{}",
    "/console/../{}",
)  # fmt: skip

HEADERS = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


async def test_first_run_is_no_path_however_it_is_written(server: Server) -> None:
    paths = [way.format(word) for word in WORDS for way in WAYS]
    assert len(paths) >= 500
    for path in paths:
        assert (await server.call("GET", path)).status == 404, path
        # Below /assets/ there is something to GET, though not this.
        assert (await server.call("POST", path)).status in {404, 405}, path


@pytest.mark.parametrize(
    "path",
    [
        "/assets/customer/../index.html",
        "/assets/customer/..%2findex.html",
        "/assets/customer/%2e%2e%2findex.html",
        "/assets/customer/..%5cindex.html",
        "/assets/customer/index.html",
        "/assets/customer/.env.js",
        "/assets/customer/a%00.js",
        "/assets/customer//etc/passwd",
        "/assets/../html5_client/index.html",
        "/assets/nowhere/index.js",
        "/assets/customer/",
    ],
)
async def test_nothing_but_a_pages_own_files_is_served(server: Server, path: str) -> None:
    assert (await server.call("GET", path)).status == 404


async def test_every_answer_carries_what_keeps_browsers_safe(server: Server) -> None:
    replies = [await server.call("GET", path) for path in ("/", "/healthz", "/v1/me", "/nowhere")]
    replies.append(await server.call("PUT", "/v1/site"))
    for reply in replies:
        assert reply.headers.items() >= HEADERS.items()
        assert "default-src 'none'" in reply.headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in reply.headers["Content-Security-Policy"]
        assert reply.headers["Cache-Control"] == "no-store"
        assert "Server" not in reply.headers
        assert "Strict-Transport-Security" not in reply.headers


async def test_behind_a_tls_proxy_browsers_are_told_to_stay_with_https(data_folder: Path) -> None:
    async with serving(data_folder, url="https://help.example.org") as server:
        reply = await server.call("GET", "/healthz")
    assert reply.headers["Strict-Transport-Security"] == "max-age=31536000"


async def test_an_unknown_path_and_method_are_answered_in_json(server: Server) -> None:
    unknown = await server.call("GET", "/nowhere")
    assert (unknown.status, unknown.json["error"]) == (404, "not_found")
    method = await server.call("DELETE", "/v1/me")
    assert (method.status, method.json["error"]) == (405, "method_not_allowed")
    assert "GET" in method.headers["Allow"]


BODIES = [
    b"",
    b"{",
    b"null",
    b"[]",
    b'"x"',
    b"1e999",
    b"{}",
    b'{"name": "ana"}',
    b'{"name": 1, "password": "x"}',
    b'{"name": ["ana"], "password": "x"}',
    b'{"name": {"$ne": ""}, "password": {"$ne": ""}}',
    b'{"name": null, "password": null}',
    b'{"name": true, "password": "x"}',
    b'{"name": "ana", "password": "x", "extra": 1}',
    b'{"name": "ana", "password": "x", "__proto__": {}}',
    b'{"name": "ana\\u0000", "password": "x"}',
    b'{"name": "ana", "password": "\xff"}',
    b'{"name": "ana", "password": "\\ud800"}',
    b'{"name": "' + b"a" * 121 + b'", "password": "x"}',
    b"[" * 10_000,
]


async def test_a_body_that_is_not_what_is_asked_is_refused(server: Server) -> None:
    headers = {"X-Deskside": "1", "Content-Type": "application/json"}
    for body in BODIES:
        reply = await server.call("POST", "/v1/sign-in", body, headers=headers)
        assert (reply.status, reply.error) == (400, "malformed"), body


async def test_bytes_that_are_no_text_are_nobodys_secret(server: Server) -> None:
    host, port = server.url.removeprefix("http://").split(":")
    for header in (b"Cookie: __Host-deskside=\xff\xed\xa0\x80", b"Authorization: Bearer \xff\xfe"):
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(
            b"GET /v1/search?q=x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n%b\r\n\r\n" % header
        )
        status = await reader.readline()
        writer.close()
        assert status.startswith(b"HTTP/1.1 4"), status


@pytest.mark.parametrize("query", ["%ff", "%ed%a0%80", "%00", "a%00b", "%F0%9F%98%80", "'", '"*('])
async def test_whatever_is_searched_for_is_only_searched_for(server: Server, query: str) -> None:
    cookie = await server.sign_in_as("rep")
    reply = await server.call("GET", f"/v1/search?q={query}", cookie=cookie)
    assert reply.status == 200
    assert (await server.call("GET", f"/v1/link?ticket={query}")).status == 401
    assert (await server.call("GET", f"/v1/site?lang={query}")).status == 200


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""]
)
async def test_a_body_that_a_form_could_send_is_refused(server: Server, kind: str) -> None:
    headers = {"X-Deskside": "1", "Content-Type": kind}
    body = b'{"name": "ana", "password": "x"}'
    reply = await server.call("POST", "/v1/sign-in", body, headers=headers)
    assert (reply.status, reply.error) == (415, "not_json")


async def test_a_body_is_bounded(server: Server) -> None:
    headers = {"X-Deskside": "1", "Content-Type": "application/json"}
    body = b'{"name": "' + b"a" * BODY_LIMIT + b'"}'
    reply = await server.call("POST", "/v1/sign-in", body, headers=headers)
    assert reply.status == 413
    assert reply.json["error"]


async def test_a_packed_body_is_not_unpacked(server: Server) -> None:
    packing = {"Content-Type": "application/json", "Content-Encoding": "gzip", "X-Deskside": "1"}
    body = gzip.compress(b'{"name": "ana", "password": "x"}')
    reply = await server.call("POST", "/v1/sign-in", body, headers=packing)
    assert (reply.status, reply.error) == (400, "malformed")


@pytest.mark.parametrize(
    "beginning", [b"", b"GET / HTTP/1.1\r\n", b"GET / HTTP/1.1\r\nHost: x\r\n"]
)
async def test_who_does_not_finish_asking_is_closed(
    data_folder: Path, monkeypatch: pytest.MonkeyPatch, beginning: bytes
) -> None:
    monkeypatch.setattr(running, "IDLE_SECONDS", 0.05)
    async with serving(data_folder) as server:
        host, port = server.url.removeprefix("http://").split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(beginning)
        async with asyncio.timeout(LIMIT_SECONDS):
            assert await reader.read() == b""
        writer.close()


async def test_a_body_that_does_not_come_is_given_up(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving_module, "BODY_SECONDS", 0.05)
    host, port = server.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(
        b"POST /v1/sign-in HTTP/1.1\r\nHost: x\r\nX-Deskside: 1\r\n"
        b"Content-Type: application/json\r\nContent-Length: 9\r\n\r\n{"
    )
    async with asyncio.timeout(LIMIT_SECONDS):
        assert (await reader.readline()).startswith(b"HTTP/1.1 408 ")
    writer.close()


async def test_a_fault_of_ours_is_a_number_and_nothing_else(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail() -> None:
        raise RuntimeError("a secret of the inside")

    monkeypatch.setattr(server.parts.admission, "add_visitor", fail)
    with structlog.testing.capture_logs() as logged:
        reply = await server.call("POST", "/v1/visitors")
    assert (reply.status, reply.error) == (500, "fault")
    assert b"secret" not in reply.body
    (fault,) = [entry for entry in logged if entry["event"] == "call_failed"]
    assert fault["number"] in reply.json["message"]


async def test_the_log_names_routes_and_never_what_was_sent(server: Server) -> None:
    with structlog.testing.capture_logs() as logged:
        await server.call("GET", "/v1/site?lang=secret")
        await server.call("GET", "/v1/sessions/secret/transcript", token="secret")
        await server.call("GET", "/secret")
        await server.call("POST", "/v1/sign-in", {"name": "secret"}, headers={"X-Deskside": "1"})
    assert "secret" not in json.dumps(logged)
    told = [(entry["method"], entry["route"], entry["status"]) for entry in logged]
    assert told == [
        ("GET", "/v1/site", 200),
        ("GET", "/v1/sessions/{id}/transcript", 401),
        ("-", "-", 404),
        ("POST", "/v1/sign-in", 400),
    ]


async def test_what_anyone_may_get_may_also_be_asked_after(server: Server) -> None:
    reply = await server.call("HEAD", "/")
    assert (reply.status, reply.body) == (200, b"")
    assert (await server.call("HEAD", "/v1/link")).status == 405


def test_no_handler_looks_at_roles() -> None:
    """The table decides; a second place would one day disagree with it."""
    source = Path(__file__).parents[2] / "broker/handlers.py"
    for word in (".role in", ".role ==", ".role !=", "caller.role"):
        assert word not in source.read_text()


def test_each_path_has_one_row_for_each_method() -> None:
    keys = [(route.method, route.path) for route in ROUTES]
    assert len(set(keys)) == len(keys)
