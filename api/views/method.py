"""From our own Markdown to the design system's HTML. Pure.

Raw HTML is off: what looks like markup in the text stays text.
"""

from collections.abc import Sequence

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

_CLASSES = {
    "h1": "govuk-heading-l",
    "h2": "govuk-heading-m",
    "h3": "govuk-heading-s",
    "p": "govuk-body",
    "ul": "govuk-list govuk-list--bullet",
    "ol": "govuk-list govuk-list--number",
    "a": "govuk-link",
    "table": "govuk-table",
    "thead": "govuk-table__head",
    "tbody": "govuk-table__body",
    "tr": "govuk-table__row",
    "th": "govuk-table__header",
    "td": "govuk-table__cell",
}


def _scrolls(kind: str, env: EnvType) -> str:
    """Each has a number, so that no two of a page are called the same."""
    env[kind] = number = env.get(kind, 0) + 1
    label = f"{kind} {number}"
    return f'class="app-scroll" tabindex="0" role="region" aria-label="{label}"'


class _Html(RendererHTML):
    """Wide things scroll by themselves, so that the page never does."""

    def image(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        """A figure stands in the document beside the software; here its name."""
        said = self.renderInlineAsText(tokens[idx].children, options, env)
        return f"<em>Figure: {escapeHtml(said)}.</em>"

    def fence(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        """A formula, as text."""
        code = escapeHtml(tokens[idx].content)
        around = _scrolls("Formula", env)
        return f"<div {around}><pre><code>{code}</code></pre></div>\n"

    def table_open(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        """A table that scrolls."""
        opened = self.renderToken(tokens, idx, options, env)
        return f"<div {_scrolls('Table', env)}>{opened}"

    def table_close(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        """Its end."""
        return f"{self.renderToken(tokens, idx, options, env)}</div>\n"


def html(text: str) -> str:
    """The text as HTML, every element with its class."""
    parser = MarkdownIt("commonmark", {"html": False}, renderer_cls=_Html)
    tokens = parser.enable("table").parse(text)
    _dress(tokens)
    return str(parser.renderer.render(tokens, parser.options, {}))


def _dress(tokens: Sequence[Token]) -> None:
    for token in tokens:
        if token.tag in _CLASSES and token.nesting >= 0:
            token.attrSet("class", _CLASSES[token.tag])
        if token.tag == "th" and token.nesting == 1:
            token.attrSet("scope", "col")
        # Alignment comes as a style, which the content policy forbids.
        token.attrs.pop("style", None)
        _dress(token.children or ())
