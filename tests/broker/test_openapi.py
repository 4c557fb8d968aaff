"""The description of the HTTP interface is valid, complete and true."""

import json
import re
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from broker import openapi
from broker.routes import ROUTES
from tests.broker.servers import Server

DOCUMENT: dict[str, Any] = json.loads(openapi.document(ROUTES))
OPERATIONS: dict[tuple[str, str], dict[str, Any]] = {
    (method.upper(), path): operation
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
}


def schemas_in(part: Any) -> list[dict[str, Any]]:
    if isinstance(part, list):
        return [schema for each in part for schema in schemas_in(each)]
    if not isinstance(part, dict):
        return []
    found = [part["schema"]] if "schema" in part else []
    return found + [schema for each in part.values() for schema in schemas_in(each)]


def check(schema: dict[str, Any], value: Any) -> None:
    """Validate `value`; references point into the document."""
    whole = {"components": DOCUMENT["components"]} | schema
    Draft202012Validator(whole).validate(value)


def answer_of(method: str, path: str) -> dict[str, Any]:
    content = OPERATIONS[method, path]["responses"]["200"]["content"]
    schema: dict[str, Any] = content["application/json"]["schema"]
    return schema


def test_it_is_openapi_3_1_with_every_route_and_nothing_else() -> None:
    assert DOCUMENT["openapi"] == "3.1.0"
    assert set(OPERATIONS) == {(route.method, route.path) for route in ROUTES}


def test_every_schema_is_json_schema_and_every_reference_leads_somewhere() -> None:
    named = DOCUMENT["components"]["schemas"]
    for schema in [*named.values(), *schemas_in(DOCUMENT["paths"])]:
        Draft202012Validator.check_schema(schema)
    for name in re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(DOCUMENT)):
        assert name in named


def test_every_operation_has_a_name_a_sentence_and_answers() -> None:
    names = [operation["operationId"] for operation in OPERATIONS.values()]
    assert len(set(names)) == len(names)
    for key, operation in OPERATIONS.items():
        assert operation["summary"].endswith("."), key
        assert "default" in operation["responses"], key
        assert len(operation["responses"]) == 2, key


def test_every_parameter_in_a_path_is_described_and_required() -> None:
    for (_, path), operation in OPERATIONS.items():
        described = {
            parameter["name"]: parameter["required"]
            for parameter in operation.get("parameters", ())
            if parameter["in"] == "path"
        }
        assert described == dict.fromkeys(re.findall(r"{(\w+)}", path), True)


def test_every_way_of_showing_who_one_is_is_described() -> None:
    schemes = set(DOCUMENT["components"]["securitySchemes"])
    used = {
        name for operation in OPERATIONS.values() for way in operation["security"] for name in way
    }
    assert used == schemes


@pytest.mark.parametrize(
    ("method", "path"), [("POST", "/v1/visitors"), ("GET", "/v1/site"), ("GET", "/healthz")]
)
async def test_what_is_answered_is_what_is_described(
    server: Server, method: str, path: str
) -> None:
    check(answer_of(method, path), (await server.call(method, path)).json)


async def test_what_the_signed_in_are_answered_is_described_too(server: Server) -> None:
    cookie = await server.sign_in_as("rep")
    me = await server.call("GET", "/v1/me", cookie=cookie)
    check(answer_of("GET", "/v1/me"), me.json)
    refused = await server.call("GET", "/v1/me")
    default = OPERATIONS["GET", "/v1/me"]["responses"]["default"]
    check(default["content"]["application/json"]["schema"], refused.json)


async def test_it_is_served(server: Server) -> None:
    reply = await server.call("GET", "/v1/openapi.json")
    assert reply.headers["Content-Type"] == "application/json"
    assert reply.json == DOCUMENT
