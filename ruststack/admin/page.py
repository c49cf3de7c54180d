"""The API's page, made from its OpenAPI description alone: no script or style from elsewhere, so it works offline."""

from __future__ import annotations

from html import escape
from typing import Any, Final

import orjson

_STYLE: Final = """
body{font:16px/1.5 system-ui,sans-serif;max-width:52rem;margin:2rem auto;padding:0 1rem;color:#222;background:#fff}
section{border-top:1px solid #ccc;padding:.5rem 0}h2{font:600 1rem ui-monospace,monospace;margin:.5rem 0}
h2 b{display:inline-block;min-width:4.5rem;color:#0550ae}table{border-collapse:collapse;font-size:.9rem}
td{padding:.1rem .8rem .1rem 0;vertical-align:top}textarea,pre{width:100%;box-sizing:border-box;
font:.85rem ui-monospace,monospace}pre{background:#f4f4f4;padding:.5rem;white-space:pre-wrap}pre:empty{display:none}
@media(prefers-color-scheme:dark){body{color:#ddd;background:#181818}pre{background:#262626}h2 b{color:#79c0ff}}
"""
_SCRIPT: Final = """
for (const form of document.forms) form.onsubmit = async event => {
  event.preventDefault();
  const body = form.querySelector('textarea'), out = form.querySelector('pre');
  let path = form.dataset.path;
  for (const input of form.querySelectorAll('input')) path = path.replace(`{${input.name}}`,
    encodeURIComponent(input.value));
  const options = {method: form.dataset.method};
  if (body) Object.assign(options, {body: body.value, headers: {'Content-Type': 'application/json'}});
  const answer = await fetch(path, options), text = await answer.text();
  let shown = text;
  try { shown = JSON.stringify(JSON.parse(text), null, 2) } catch {}
  out.textContent = `${answer.status}\\n${shown}`;
};
"""


def render(description: dict[str, Any]) -> str:
    """A page that explains every operation and lets one try it."""
    info = description["info"]
    sections = "".join(
        _section(description, path, method, operation)
        for path, methods in description["paths"].items()
        for method, operation in methods.items()
    )
    title = escape(f"{info['title']} {info['version']}")
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style>'
        f"<h1>{title}</h1><p>{escape(info.get('summary', ''))} "
        f'The same as <a href="/_ruststack/openapi.json">OpenAPI</a>.</p>{sections}<script>{_SCRIPT}</script></html>'
    )


def _section(description: dict[str, Any], path: str, method: str, operation: dict[str, Any]) -> str:
    schema = _body_schema(description, operation)
    inputs = "".join(
        f"<label>{escape(each['name'])} <input name='{escape(each['name'])}' required></label> "
        for each in operation.get("parameters", ())
        if each["in"] == "path"
    )
    body = f"<textarea rows='2' aria-label='body'>{escape(_example(schema))}</textarea>" if schema else ""
    return (
        f"<section><h2><b>{method.upper()}</b>{escape(path)}</h2><p>{escape(operation.get('description', ''))}</p>"
        f"{_members(schema)}<form data-method='{method.upper()}' data-path='{escape(path)}'>{inputs}{body}"
        f"<button>Send</button><pre></pre></form></section>"
    )


def _members(schema: dict[str, Any]) -> str:
    rows = "".join(
        f"<tr><td><code>{escape(name)}</code><td>{escape(member.get('description', ''))}"
        for name, member in schema.get("properties", {}).items()
    )
    return f"<table>{rows}</table>" if rows else ""


def _body_schema(description: dict[str, Any], operation: dict[str, Any]) -> dict[str, Any]:
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    schema: dict[str, Any] = content.get("schema", {})
    for choice in (schema, *schema.get("anyOf", ())):
        if "$ref" in choice:
            named: dict[str, Any] = description["components"]["schemas"][choice["$ref"].rpartition("/")[2]]
            return named
    return schema


def _example(schema: dict[str, Any]) -> str:
    members = schema.get("properties", {})
    example = {name: member["default"] for name, member in members.items() if member.get("default")}
    return orjson.dumps(example).decode()
