"""An OpenAPI document as one page to read: by subject, every route, every field.

No scripts and nothing fetched from elsewhere: it works where there is no internet.
"""

import re
from collections.abc import Iterator, Mapping
from html import escape
from typing import TypeAlias

Json: TypeAlias = Mapping[str, "Json"] | list["Json"] | str | int | float | bool | None
Object: TypeAlias = Mapping[str, Json]

_METHODS = ("get", "post", "put", "patch", "delete")
_SCHEMA = "#/components/schemas/"
_STYLE = """
:root{color-scheme:light dark;--line:#8885;--soft:#8881;--link:#1d6fb8}
*{box-sizing:border-box}
body{font:1rem/1.55 system-ui,arial,sans-serif;margin:0;display:grid;
grid-template-columns:17rem minmax(0,1fr)}
nav{position:sticky;top:0;height:100vh;overflow:auto;padding:1.5rem 1rem;
border-right:1px solid var(--line);font-size:.85rem}
nav ul{list-style:none;margin:.2rem 0 1rem;padding:0}nav b{text-transform:capitalize}
main{max-width:56rem;padding:1.5rem 2rem 6rem}
a{color:var(--link);text-decoration:none}a:hover{text-decoration:underline}
h1{margin-top:0}h2{margin-top:3rem;text-transform:capitalize}
section>article{border:1px solid var(--line);border-radius:.5rem;padding:1rem 1.25rem;
margin:1rem 0}h3{margin:0 0 .25rem;font-size:1rem}h3 code{font-weight:600}
h4{margin:1rem 0 .25rem;font-size:.85rem;opacity:.75}
p{margin:.4rem 0}code{font:.9em ui-monospace,monospace;background:var(--soft);
padding:.1em .35em;border-radius:.25rem;overflow-wrap:anywhere}
code.get{background:#1d6fb833}code.post{background:#2b8a3e33}
table{border-collapse:collapse;width:100%;font-size:.875rem}
td,th{text-align:left;vertical-align:top;padding:.3rem .6rem .3rem 0;
border-top:1px solid var(--line)}td:first-child{white-space:nowrap}
@media(max-width:50rem){body{display:block}nav{position:static;height:auto;
border:0}main{padding:1rem}td:first-child{white-space:normal}}
"""


def page(document: Mapping[str, Json], nonce: str = "") -> str:
    """The page of an OpenAPI document; its style carries the answer's nonce."""
    info = _object(document.get("info"))
    title, about = str(info["title"]), str(info["description"])
    tagged = _by_tag(_object(document.get("paths")))
    schemas = _object(_object(document.get("components")).get("schemas"))
    return (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(title)}: the API</title>"
        f'<style nonce="{escape(nonce)}">{_STYLE}</style></head><body>'
        f"<nav>{''.join(_contents(tagged))}</nav><main><h1>{escape(title)}</h1>"
        f"{_text(about)}<p>Errors are problem documents (RFC 9457): <code>detail</code>"
        " says what is wrong and what to do. "
        'For machines: <a href="/openapi.json">openapi.json</a>.</p>'
        f"{''.join(_section(tag, routes) for tag, routes in tagged.items())}"
        f"<section><h2 id='fields'>Fields</h2>{''.join(_schemas(schemas))}</section>"
        "</main></body></html>"
    )


def _object(value: Json) -> Object:
    return value if isinstance(value, Mapping) else {}


def _objects(value: Json) -> list[Object]:
    return [_object(item) for item in value] if isinstance(value, list) else []


Tagged: TypeAlias = dict[str, list[tuple[str, Object]]]


def _by_tag(paths: Object) -> Tagged:
    """Routes, named by method and path, by their subject."""
    tagged: Tagged = {}
    for path, methods in paths.items():
        for method in _METHODS:
            if route := _object(_object(methods).get(method)):
                tags = route.get("tags")
                tag = str(tags[0]) if isinstance(tags, list) and tags else "other"
                tagged.setdefault(tag, []).append((f"{method.upper()} {path}", route))
    return tagged


def _anchor(name: str) -> str:
    return re.sub(r"\W+", "-", name).strip("-").lower()


def _contents(tagged: Tagged) -> Iterator[str]:
    for tag, routes in tagged.items():
        yield f"<b>{escape(tag)}</b><ul>"
        for name, route in routes:
            said = escape(str(route.get("summary", name)))
            yield f'<li><a href="#{_anchor(name)}">{said}</a></li>'
        yield "</ul>"
    yield '<b><a href="#fields">Fields</a></b>'


def _section(tag: str, routes: list[tuple[str, Object]]) -> str:
    told = "".join(part for name, route in routes for part in _route(name, route))
    return f"<section><h2>{escape(tag)}</h2>{told}</section>"


def _route(name: str, route: Object) -> Iterator[str]:
    method = name.partition(" ")[0].lower()
    code = f'<code class="{method}">{escape(name)}</code>'
    yield f'<article id="{_anchor(name)}"><h3>{code}</h3>'
    yield f"<p><strong>{escape(str(route.get('summary', '')))}</strong></p>"
    yield _text(str(route.get("description", "")))
    if rows := [_parameter(p) for p in _objects(route.get("parameters"))]:
        yield f"<h4>Parameters</h4>{_table(rows)}"
    if rows := list(_contents_of(_object(route.get("requestBody")))):
        yield f"<h4>Body</h4>{_table(rows)}"
    yield f"<h4>Answers</h4>{_table(list(_answers(route)))}</article>"


def _parameter(asked: Object) -> tuple[str, str, str]:
    schema = _object(asked.get("schema"))
    where = str(asked.get("in", ""))
    needed = ", needed" if asked.get("required") and where != "path" else ""
    about = str(asked.get("description") or schema.get("description") or "")
    return (
        _code(str(asked["name"])),
        f"{_type(schema)}, {where}{needed}",
        _inline(about),
    )


def _contents_of(body: Object) -> Iterator[tuple[str, str, str]]:
    """Of a body or an answer: each media type with what it holds."""
    for kind, held in _object(body.get("content")).items():
        schema = _object(_object(held).get("schema"))
        fields = ", ".join(map(_code, _object(schema.get("properties"))))
        yield _code(kind), _type(schema), f"Fields {fields}." if fields else ""


def _answers(route: Object) -> Iterator[tuple[str, str, str]]:
    for status, answer in _object(route.get("responses")).items():
        said = _object(answer)
        if status in ("default", "422"):
            continue
        about = str(said.get("description", "")).replace("Successful Response", "Done.")
        kinds = {held for _, held, _ in _contents_of(said) if held != "anything"}
        yield _code(status), " or ".join(sorted(kinds)) or "-", _inline(about)
    yield _code("4xx, 5xx"), "problem", "What is wrong, and what to do."


def _schemas(schemas: Object) -> Iterator[str]:
    for name, value in sorted(schemas.items()):
        schema = _object(value)
        yield f'<article id="{_anchor("field " + name)}"><h3>{_code(name)}</h3>'
        yield _text(str(schema.get("description", "")))
        fields = _object(schema.get("properties"))
        if rows := [_field(key, _object(held)) for key, held in fields.items()]:
            yield _table(rows)
        elif words := schema.get("enum"):
            yield f"<p>One of {_words(words)}.</p>"
        yield "</article>"


def _field(name: str, schema: Object) -> tuple[str, str, str]:
    return _code(name), _type(schema), _inline(str(schema.get("description", "")))


def _type(schema: Object) -> str:
    """What a value is, in a word or two, with a link where it is described."""
    if name := str(schema.get("$ref", "")).removeprefix(_SCHEMA):
        return f'<a href="#{_anchor("field " + name)}">{escape(name)}</a>'
    either = _objects(schema.get("anyOf")) or _objects(schema.get("oneOf"))
    if either:
        return " or ".join(dict.fromkeys(map(_type, either))).replace("null", "nothing")
    if words := schema.get("enum"):
        return f"one of {_words(words)}"
    kind = str(schema.get("format") or schema.get("type") or "anything")
    if kind == "array":
        return f"list of {_type(_object(schema.get('items')))}"
    return escape({"binary": "a file", "date-time": "time"}.get(kind, kind))


def _words(words: Json) -> str:
    return ", ".join(_code(str(w)) for w in words) if isinstance(words, list) else ""


def _table(rows: list[tuple[str, str, str]]) -> str:
    """Rows of ready HTML."""
    cells = ("".join(f"<td>{cell}</td>" for cell in row) for row in rows)
    return f"<table>{''.join(f'<tr>{row}</tr>' for row in cells)}</table>"


def _code(text: str) -> str:
    return f"<code>{escape(text)}</code>"


def _text(text: str) -> str:
    """Paragraphs of a docstring."""
    parts = (part for part in re.split(r"\n\s*\n", text) if part.strip())
    return "".join(f"<p>{_inline(part)}</p>" for part in parts)


def _inline(text: str) -> str:
    """One paragraph: what stands between backticks is code."""
    words = escape(" ".join(text.split()), quote=False)
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", words)
