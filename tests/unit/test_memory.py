"""What a question freed is there for the next one, without asking the system again."""

import subprocess
import sys

_SCRIPT = """
import resource
import numpy as np
from api.memory import keep_freed

def faults():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    np.ones(2_000_000)
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

faults()
plain = faults()
keep_freed()
faults()
print(plain, faults())
"""


def test_freed_memory_is_used_again_after_it_was_asked_for() -> None:
    run = subprocess.run(
        [sys.executable, "-c", _SCRIPT], capture_output=True, text=True, check=True
    )
    plain, kept = map(int, run.stdout.split())
    assert kept < 50
    assert kept <= plain
