"""Describes the table of routes as OpenAPI 3.1, from the very types that decode and encode."""

from collections.abc import Sequence
from typing import Any

import msgspec

from broker.http import Nothing, Problem, Route

SCHEMES = {
    "cookie": {"type": "apiKey", "in": "cookie", "name": "__Host-deskside"},
    "bearer": {"type": "http", "scheme": "bearer"},
    "ticket": {"type": "apiKey", "in": "query", "name": "ticket"},
}


def document(routes: Sequence[Route]) -> bytes:
    """Return the description as JSON."""
    kinds: set[type] = {Problem}
    for route in routes:
        kinds |= {kind for kind in (route.asks, route.answers) if _has_schema(kind)}
    ordered = sorted(kinds, key=lambda kind: kind.__name__)
    schemas, components = msgspec.json.schema_components(
        ordered, ref_template="#/components/schemas/{name}"
    )
    schema_of = dict(zip(ordered, schemas, strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(
            route, schema_of, components
        )
    return msgspec.json.encode(
        {
            "openapi": "3.1.0",
            "info": {"title": "Deskside", "version": "1"},
            "paths": paths,
            "components": {"schemas": components, "securitySchemes": SCHEMES},
        }
    )


def _has_schema(kind: type) -> bool:
    return isinstance(kind, type(msgspec.Struct)) and kind is not Nothing


def _operation(
    route: Route, schema_of: dict[type, Any], components: dict[str, Any]
) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": getattr(route.does, "__name__", ""),
        "summary": route.says,
        "security": _security(route),
        "responses": {
            **_success(route, schema_of),
            "default": {"description": "Refused", "content": _content(schema_of[Problem])},
        },
    }
    if route.sends:
        picture = {"schema": {"type": "string", "format": "binary"}}
        operation["requestBody"] = {"required": True, "content": {route.sends: picture}}
    if route.asks is Nothing:
        return operation
    if route.method == "GET" or "{" in route.path:
        operation["parameters"] = _parameters(route, components[route.asks.__name__])
    else:
        body = {"required": True, "content": _content(schema_of[route.asks])}
        operation["requestBody"] = body
    return operation


def _security(route: Route) -> list[dict[str, list[str]]]:
    ways: list[dict[str, list[str]]] = []
    if route.may & {"rep", "lead", "admin", "compliance"}:
        ways.append({"cookie": []})
    if route.may & {"customer", "operator"}:
        ways.append({"bearer": []})
    if "ticket" in route.may:
        ways.append({"ticket": []})
    return ways


def _success(route: Route, schema_of: dict[type, Any]) -> dict[str, Any]:
    if route.answers is Nothing:
        return {"204": {"description": "Done"}}
    if "ticket" in route.may:
        return {"101": {"description": "A WebSocket"}}
    if not _has_schema(route.answers):
        return {"200": {"description": "A file"}}
    return {"200": {"description": "Done", "content": _content(schema_of[route.answers])}}


def _parameters(route: Route, component: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "in": "path" if f"{{{name}}}" in route.path else "query",
            "required": name in component.get("required", ()),
            "schema": schema,
        }
        for name, schema in component["properties"].items()
    ]


def _content(schema: Any) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}
