"""A tiny reader of named queries: the SQL of a noun lies in `<noun>.sql`.

    -- name: crime_versions
    -- every version of one crime, oldest first
    select ... where crime_id = $1

`Q = queries.read("crimes")` once at the head of `crimes.py`, `Q["crime_versions"]`
in the one function that runs it. A test keeps queries and functions one to one.
"""

import re
from functools import cache
from pathlib import Path

_HEAD = re.compile(r"^-- name: (\w+)\n-- (.+)\n", re.MULTILINE)


@cache
def read(noun: str) -> dict[str, str]:
    """The statements of `sql/<noun>.sql` by name; ValueError where one is unclear."""
    text = (Path(__file__).parent / f"{noun}.sql").read_text(encoding="utf-8")
    heads = list(_HEAD.finditer(text))
    if len(heads) != text.count("-- name:"):
        raise ValueError(f"{noun}.sql: each name needs one line that says why.")
    ends = [head.start() for head in heads[1:]] + [len(text)]
    found = {
        head[1]: text[head.end() : end].strip().removesuffix(";")
        for head, end in zip(heads, ends, strict=True)
    }
    if len(found) != len(heads):
        raise ValueError(f"{noun}.sql names a query twice.")
    return found
