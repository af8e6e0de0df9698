"""From a template and its parts to an answer.

Govuk's macros need names that may be missing; ours may not: `page` refuses to render a
template of ours that names something that it was not given.
"""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from jinja2 import (
    ChainableUndefined,
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    PackageLoader,
    PrefixLoader,
    meta,
    nodes,
)
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse

from api.login.who import Who
from api.pages import basemap, navigation
from api.views import words

_HERE = Path(__file__).parent.parent
STATIC = _HERE / "static"
_GOVUK = "govuk_frontend_jinja"
# What no page may hold, however it came into a file: control and non-characters.
_UNSHOWN = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff]")
_INSTEAD = "\ufffd"


@cache
def environment() -> Environment:
    """Jinja with everything escaped, our templates and govuk's macros."""
    own = FileSystemLoader(_HERE / "templates")
    govuk = PrefixLoader({_GOVUK: PackageLoader(_GOVUK)})
    made = Environment(
        autoescape=True,
        undefined=ChainableUndefined,
        loader=ChoiceLoader([own, govuk]),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(words.FILTERS)
    made.globals["asset"] = asset
    return made


def asset(name: str) -> str:
    """The address of a built file by its own name; it changes with its contents."""
    return f"/assets/{manifest().get(name, name)}"


def manifest() -> Mapping[str, str]:
    """Names of built files as they are served; none where nothing was built."""
    path = STATIC / "manifest.json"
    # Built anew under a service that runs, the names of before are gone.
    return _named(path, path.stat().st_mtime_ns) if path.exists() else {}


@lru_cache(maxsize=1)
def _named(path: Path, built_at_ns: int) -> Mapping[str, str]:
    named: dict[str, str] = json.loads(path.read_text())
    return named


def compiled() -> int:
    """Compile our templates and all that they take in; how many that was.

    Else the first who opens a page waits for its own.
    """
    waiting = [n for n in environment().list_templates() if not n.startswith(_GOVUK)]
    done: set[str] = set()
    while waiting:
        name = waiting.pop()
        done.add(name)
        environment().get_template(name)
        waiting += [other for other in _read(name)[1] if other not in done]
        if not name.startswith((_GOVUK, "parts/")):
            _names(name)
    return len(done)


def page(
    request: Request, who: Who | None, template: str, status: int = 200, **parts: Any
) -> HTMLResponse:
    """The page `template` with its parts; KeyError for one that it names and lacks."""
    context = {**_around(request, who), **parts}
    missing = _names(template) - context.keys() - environment().globals.keys()
    if missing:
        raise KeyError(f"{template} lacks {', '.join(sorted(missing))}")
    told = environment().get_template(template).render(context)
    return HTMLResponse(_UNSHOWN.sub(_INSTEAD, told), status)


def _around(request: Request, who: Who | None) -> dict[str, object]:
    """What every page has: who looks, where to go, and what keeps forms safe."""
    session = getattr(request.state, "session", None)
    csrf = getattr(session, "csrf", "")
    return {
        "who": who,
        "path": request.url.path,
        "query": request.query_params,
        "navigation": navigation.items(who, request.url.path),
        "cspNonce": getattr(request.state, "csp_nonce", ""),
        "csrf_field": Markup('<input type="hidden" name="csrf" value="{}">').format(
            csrf
        ),
        "now": datetime.now().astimezone(),
        "beneath": basemap.beneath(request),
    }


@cache
def _names(template: str) -> frozenset[str]:
    """The names that a template of ours, and those that it extends or takes in, use."""
    found, others = _read(template)
    for other in others:
        if not other.startswith((_GOVUK, "parts/")):
            found |= _names(other)
    return found


@cache
def _read(template: str) -> tuple[frozenset[str], tuple[str, ...]]:
    """The names that a template uses itself, and the templates that it names."""
    loader = environment().loader
    assert loader is not None
    tree = environment().parse(loader.get_source(environment(), template)[0])
    others = meta.find_referenced_templates(tree)
    found = tuple(environment().join_path(n, template) for n in others if n)
    if template.startswith(_GOVUK):
        return frozenset(), found
    return frozenset(meta.find_undeclared_variables(tree) - _taken_in(tree)), found


def _taken_in(tree: nodes.Template) -> set[str]:
    """Macros imported at the top, which blocks see though the parser does not."""
    names = (name for node in tree.find_all(nodes.FromImport) for name in node.names)
    macros = {node.name for node in tree.find_all(nodes.Macro)}
    return macros | {n if isinstance(n, str) else n[1] for n in names}
