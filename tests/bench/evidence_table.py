"""The evidence as Markdown tables, for the terminal and for `docs/method.md`."""

from collections.abc import Iterable, Mapping

Row = Mapping[str, object]

# What tells the trials of a way of thinning apart.
TRIAL = ("top_speed_m_s", "clock_error_s", "own_speed_factor")
# A part of fewer cases says nothing in print; the JSON has it.
FEWEST = 100


def text(rows: Mapping[str, Iterable[Row]]) -> str:
    """All tables, each under a line that says what it shows."""
    tables = (
        "Wrong exclusions: hidden fixes in places called impossible (95 % interval)",
        exclusions(rows["exclusions"]),
        "The same by the policy as shipped, by gap and stated accuracy",
        parts(rows["parts"]),
        "Errors of phones at night beyond so many times the stated R95",
        errors(rows["errors"]),
        "Is P what it says? How often it was so, by what was predicted",
        p(rows["p"]),
    )
    return "\n\n".join(tables)


def exclusions(rows: Iterable[Row]) -> str:
    """One line a source, way of thinning and top speed."""
    head = ("trails", "kept", "top m/s", "clock s", "own x", "cases", "wrong", "rate")
    head = (*head, "holds", "wrong, both halves", "3 km off ruled out", "both halves")
    return _table(
        head,
        (
            (
                *(r["trails"], r["kept"], f"{r['top_speed_m_s']:g}"),
                *(f"{r['clock_error_s']:g}", r["own_speed_factor"]),
                *(r["cases"], r["wrong"]),
                *(_interval(r), r["holds"]),
                *(r["wrong_corroborated"], f"{r['far_ruled_out']:.0%}"),
                f"{r['far_corroborated']:.0%}",
            )
            for r in rows
        ),
    )


def hidden(rows: Iterable[Row]) -> str:
    """One line a source and way of thinning: the trials side by side, for the page."""
    cases: dict[tuple[object, object], dict[tuple[object, ...], Row]] = {}
    for r in rows:
        case = cases.setdefault((r["trails"], r["kept"]), {})
        case[tuple(r[k] for k in TRIAL)] = r
    shown = ((35.0, 0.0, 1.5), (35.0, 0.0, 1.0), (35.0, 10.0, 1.5), (50.0, 0.0, 1.5))
    trials = (*shown, (3.0, 0.0, 1.5))
    head = ["trails, and what was kept", "as shipped", "no headroom"]
    head += ["clock error 10 s", "50 m/s", "3 m/s", "both halves"]
    head += ["3 km off ruled out: as shipped", "no headroom", "50 m/s"]
    return _table(
        head,
        (
            (
                f"{trails}, {kept}",
                *(_rate(of[trial]) for trial in trials),
                f"{of[trials[0]]['wrong_corroborated'] / of[trials[0]]['cases']:.2%}",
                *(f"{of[shown[k]]['far_ruled_out']:.0%}" for k in (0, 1, 3)),
            )
            for (trails, kept), of in cases.items()
        ),
    )


def _rate(row: Row) -> str:
    """The rate and its upper bound; bold where more than is allowed."""
    text = f"{row['rate']:.2%} (to {row['at_most']:.2%})"
    return f"**{text}**" if row["holds"] == "no" else text


def parts(rows: Iterable[Row]) -> str:
    """One line a source, way of thinning and part."""
    head = ("trails", "kept", "part", "cases", "wrong", "rate", "holds")
    keys = ("trails", "kept", "part", "cases", "wrong")
    rows = [r for r in rows if r["cases"] >= FEWEST]
    return _table(
        head, ((*(r[k] for k in keys), _interval(r), r["holds"]) for r in rows)
    )


def errors(rows: Iterable[Row]) -> str:
    """One line a class of stated accuracy."""
    rows = list(rows)
    factors = list(rows[0]["beyond"])
    head = ("R95", "fixes", *(f"beyond {f}" for f in factors), "99.9 % lie within")
    return _table(
        head,
        (
            (
                *(r["r95"], r["fixes"]),
                *(f"{r['beyond'][f]:.2%}" for f in factors),
                f"{r['factor_that_holds_99.9']:.3g} R95",
            )
            for r in rows
        ),
    )


def p(rows: Iterable[Row]) -> str:
    """One line a model: what was seen where little, half or much was predicted."""
    head = ("trails", "model", "log loss", "Brier", "below 1 %", "40 to 60 %")
    return _table(
        (*head, "above 99 %"),
        (
            (
                *(r["of"], r["model"], r["log_loss"], r["brier"]),
                *(
                    _seen(r["bins"], a, b)
                    for a, b in ((0, 0.01), (0.4, 0.6), (0.99, 1))
                ),
            )
            for r in rows
        ),
    )


def _seen(bins: Iterable[Row], least: float, most: float) -> str:
    """Mean prediction, how often it was so, and of how many."""
    here = [b for b in bins if least <= b["predicted"] <= most]
    n = sum(b["n"] for b in here)
    if not n:
        return "none"
    said, seen = (sum(b["n"] * b[k] for b in here) / n for k in ("predicted", "seen"))
    return f"said {said:.1%}, was {seen:.1%} of {n}"


def _interval(row: Row) -> str:
    return f"{row['rate']:.2%} ({row['at_least']:.2%} to {row['at_most']:.2%})"


def _table(head: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    head = list(head)
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)
