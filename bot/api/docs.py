"""The documentation of the API as one page of HTML: no script, no other host."""

from __future__ import annotations

import json
from html import escape
from typing import Any

_STYLE = """
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color-scheme:light dark}
h2{border-top:1px solid #8884;padding-top:1rem;font:600 1.1rem ui-monospace,monospace;overflow-wrap:anywhere}
pre{background:#8881;padding:.75rem;overflow:auto;border-radius:.4rem}code{font-family:ui-monospace,monospace}
table{border-collapse:collapse}td,th{text-align:left;padding:.2rem 1rem .2rem 0;vertical-align:top}
"""


def docs_html(schema: dict[str, Any]) -> str:
    """The page for an OpenAPI schema."""
    about = schema["info"]
    parts = [
        "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'>",
        f"<title>{escape(about['title'])} API</title><style>{_STYLE}</style>",
        f"<h1>{escape(about['title'])} API</h1><p>{escape(about['description'])}",
        "<p>The schema, for programs: <a href=openapi.json><code>/api/openapi.json</code></a>. ",
        "Errors are <code>{&quot;error&quot;: {&quot;code&quot;, &quot;message&quot;}}</code>.",
    ]
    for path, operations in schema["paths"].items():
        parts += [_operation(method, path, found, schema) for method, found in operations.items()]
    return "".join(parts)


def _operation(method: str, path: str, operation: dict[str, Any], schema: dict[str, Any]) -> str:
    parts = [f"<h2 id='{escape(operation['operationId'])}'>{method.upper()} {escape(path)}</h2>"]
    parts += [f"<p>{escape(text)}" for text in operation.get("description", "").split("\n\n")]
    if parameters := operation.get("parameters"):
        rows = "".join(
            f"<tr><td><code>{escape(p['name'])}</code><td>{escape(p['in'])}{', required' if p.get('required') else ''}"
            f"<td>{escape(p.get('description', ''))}"
            for p in parameters
        )
        parts.append(f"<table>{rows}</table>")
    for kind, body in operation.get("requestBody", {}).get("content", {}).items():
        parts.append(f"<p>Body, <code>{escape(kind)}</code>:{_schema(body.get('schema', {}), schema)}")
    rows = ""
    for status, response in operation["responses"].items():
        shapes = [content.get("schema", {}) for content in response.get("content", {}).values()]
        rows += f"<tr><td>{escape(status)}<td>{escape(response['description'])}"
        if int(status) < 400:
            rows += "".join(_schema(shape, schema) for shape in shapes)
    return "".join([*parts, f"<table>{rows}</table>"])


def _schema(shape: dict[str, Any], schema: dict[str, Any]) -> str:
    sample = json.dumps(_sample(shape, schema), indent=1, ensure_ascii=False)
    return f"<pre>{escape(sample)}</pre>"


def _sample(shape: dict[str, Any], schema: dict[str, Any]) -> Any:
    """The schema as a value: each field with what it holds, an example or its type."""
    if "$ref" in shape:
        return _sample(schema["components"]["schemas"][shape["$ref"].rsplit("/", 1)[1]], schema)
    if shape.get("examples"):
        return shape["examples"][0]
    for either in ("anyOf", "oneOf"):
        if either in shape:
            options = [option for option in shape[either] if option.get("type") != "null"]
            return _sample(options[0], schema)
    if "enum" in shape:
        return " | ".join(map(str, shape["enum"]))
    if "properties" in shape:
        return {name: _sample(found, schema) for name, found in shape["properties"].items()}
    if shape.get("type") == "array":
        return [_sample(shape.get("items", {}), schema)]
    return str(shape.get("const", shape.get("type", "anything")))
