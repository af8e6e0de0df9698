"""Templates compiled before anybody opens a page."""

import subprocess
import sys

from api.pages import rendering

_SCRIPT = """
import jinja2
from api.pages import rendering
n = rendering.compiled()
compiled = []
jinja2.Environment.compile = lambda *told, **more: compiled.append(told)
for name in rendering.environment().list_templates():
    if not name.startswith("govuk"):
        module = rendering.environment().get_template(name)
        rendering._names(name)
print(n, compiled)
"""


def test_nothing_is_left_to_compile() -> None:
    run = [sys.executable, "-c", _SCRIPT]
    done = subprocess.run(run, capture_output=True, text=True, check=True)
    n, left = done.stdout.strip().split(" ", 1)
    assert int(n) > 60
    assert left == "[]"


def test_what_the_design_system_takes_in_is_compiled_too() -> None:
    rendering.compiled()
    kept = {name for _, name in rendering.environment().cache}
    assert "govuk_frontend_jinja/components/error-summary/macro.html" in kept
    assert len(kept) < rendering.environment().cache.capacity
