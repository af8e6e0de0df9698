"""Free text as nobody should send it, for every field that a file or a person fills.

    @pytest.mark.parametrize("name", HOSTILE)
    def test_a_page_shows_it_as_text(name: str) -> None:
        page = show(HOSTILE[name])
        assert_harmless(page)

`HOSTILE` is kept by the database and must come back as it went in. `REFUSED` cannot be
kept (PostgreSQL takes no NUL) and must get a clear fault, never a stopped service. Put
`MARK` beside a text to find it again in a page of thousands of letters.
"""

from collections.abc import Mapping
from types import MappingProxyType

# Written out where a script ran: a browser test looks for it as `window[MARK]`.
MARK = "hostile_ran"

_RIGHT_TO_LEFT_OVERRIDE = "\u202e"
_ZERO_WIDTH_SPACE = "\u200b"

HOSTILE: Mapping[str, str] = MappingProxyType(
    {
        "script": f"<script>window.{MARK}=1</script>",
        "image": f'<img src=x onerror="window.{MARK}=1">',
        "attribute": f'" onmouseover="window.{MARK}=1" autofocus x="',
        "single quoted": f"' onfocus='window.{MARK}=1' autofocus x='",
        "address": f"javascript:window.{MARK}=1",
        "title end": f"</title></textarea></style><svg onload=window.{MARK}=1>",
        "script end": f"</script><script>window.{MARK}=1</script>",
        "comment": "<!-- --><!--",
        "entity": "&lt;b&gt; &amp;amp; &#60;",
        "markup": "<b>bold</b><table><tr><td>",
        "template": "{{7*7}} ${7*7} {% raw %} #{7*7}",
        "rich markup": "[red]alarm[/red] [/] [link=file:///etc/passwd]x[/link]",
        "sql": "'; drop table crime; --",
        "like": "100%_\\",
        "formula": '=HYPERLINK("http://example.org/"&A1,"open")',
        "plus formula": "+1+cmd|' /C calc'!A0",
        "minus formula": "-2+3+cmd|' /C calc'!A0",
        "at formula": "@SUM(1+1)",
        "tab formula": "\t=1+1",
        "full width formula": "\uff1d1+1",
        "long": "a" * 10_000,
        "long words": "wait and see " * 800,
        "right to left": "\u05e9\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628\u0627",
        "override": f"{_RIGHT_TO_LEFT_OVERRIDE}gpj.exe",
        "invisible": f"N{_ZERO_WIDTH_SPACE}0011",
        "emoji": "\U0001f46e\U0001f3fd\u200d\u2640\ufe0f\U0001f697",
        "combining": "Z" + "\u0351" * 60,
        "quotes": "O\"Neill's; \u201cBull\u201d, 5'",
        "lines": "one\r\ntwo\nthree",
        "control": "bell\a back\b escape\x1b[31mred",
        "path": "../../etc/passwd",
        "number": "1e400",
        "null word": "null",
    }
)

REFUSED: Mapping[str, str] = MappingProxyType(
    {"nul": "before\x00after", "lone surrogate": "\ud83d"}
)


def formulas() -> dict[str, str]:
    """Those that a spreadsheet would reckon with when it opens a CSV file."""
    return {name: text for name, text in HOSTILE.items() if "formula" in name}


def assert_harmless(page: str) -> None:
    """Nothing of `HOSTILE` stands in this HTML as more than text.

    AssertionError where a tag or an attribute of ours got through unescaped.
    """
    for piece in (
        f"<script>window.{MARK}",
        f'<img src=x onerror="window.{MARK}',
        f"<svg onload=window.{MARK}",
        f'" onmouseover="window.{MARK}',
        f"' onfocus='window.{MARK}",
        f'href="javascript:window.{MARK}',
        "<b>bold</b>",
        "49 ${7*7}",
    ):
        assert piece not in page, f"{piece} came through"
