"""After warming nothing that a match or a verdict runs is left to compile."""

import subprocess
import sys

_SCRIPT = """
import sys
from numba.core.dispatcher import Dispatcher
from api.warming import warm
from geocorr.correlate import correlate
from geocorr.presence import everyone, presences
from geocorr.trust import trust
from loaders.policy import shipped
from tests.property.scenes import scene

def compiled():
    core = [m for name, m in sys.modules.items() if name.startswith("geocorr.")]
    kernels = [k for m in core for k in vars(m).values() if isinstance(k, Dispatcher)]
    return {str(k): len(k.signatures) for k in kernels}

warm(shipped())
before = compiled()
assert sum(before.values()) > 15
hits = 0
for seed in range(8):
    fixes, wearers, targets = scene(seed)
    trails = trust(fixes, shipped())
    hits += len(correlate(trails, wearers, targets, shipped()))
    presences(trails, wearers, targets, everyone(targets, wearers), shipped())
assert hits
after = compiled()
print([name for name in after if after[name] != before[name]])
"""


def test_nothing_is_left_to_compile():
    run = [sys.executable, "-c", _SCRIPT]
    done = subprocess.run(run, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
