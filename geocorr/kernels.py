"""How every kernel is compiled: without the interpreter's lock, and kept on disk.

numba asks of a kept kernel only whether its own file changed. It would go on using one
whose callee, or whose constant, changed in another file: after an update, old code in
a new version's name. So what is kept is known by the whole of the core's source, and
outside the core by that of its own package's kernels, too.
"""

import hashlib
import re
from collections.abc import Callable, Iterator
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any, TypeVar, cast

import numba
from numba.core.caching import FunctionCache

Kernel = TypeVar("Kernel", bound=Callable[..., object])

# What a file with kernels holds, whichever way they are compiled.
_KERNELS = re.compile(rb"^@(compiled|inlined|reduction)\b", re.MULTILINE)


def _sources(folder: Traversable) -> Iterator[bytes]:
    """The core's own files in the order of their names, folder by folder.

    Of the folders of rules only those with kernels: no kernel calls the others.
    """
    for file in sorted(folder.iterdir(), key=lambda f: f.name):
        if file.name.endswith(".py"):
            yield file.read_bytes()
        elif file.is_dir():
            yield from filter(_KERNELS.search, _sources(file))


def _core_digest() -> str:
    """SHA-256 over the source that the core's kernels are made of."""
    told = hashlib.sha256()
    for text in _sources(resources.files("geocorr")):
        told.update(text)
    return told.hexdigest()


SOURCE = _core_digest()


@cache
def source_of(package: str) -> str:
    """The same for the kernels of a package that calls the core's, as `sql` does."""
    told = hashlib.sha256(SOURCE.encode())
    for text in filter(_KERNELS.search, _sources(resources.files(package))):
        told.update(text)
    return told.hexdigest()


# What numba's types do not tell.
_njit: Any = numba.njit


class _KernelCache(FunctionCache):
    def _index_key(self, sig: object, codegen: object) -> tuple[object, ...]:
        package = self._py_func.__module__.split(".")[0]
        known = SOURCE if package == "geocorr" else source_of(package)
        return (*super()._index_key(sig, codegen), known)  # type: ignore[no-untyped-call]


def compiled(kernel: Kernel, **options: object) -> Kernel:
    """The kernel as machine code from its first call on; `options` are numba's."""
    dispatcher = _njit(nogil=True, **options)(kernel)
    dispatcher._cache = _KernelCache(kernel)  # type: ignore[no-untyped-call]
    return cast(Kernel, dispatcher)


def inlined(kernel: Kernel) -> Kernel:
    """Compiled as part of its callers: where threads share arrays, to hand one on costs
    more than a loop over it, because each call counts its holders for all of them.
    """
    return compiled(kernel, inline="always")


def reduction(kernel: Kernel) -> Kernel:
    """Compiled for least and greatest in one sweep of wide registers: without NaN."""
    return compiled(kernel, fastmath={"nnan", "nsz"})
