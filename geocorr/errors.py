"""Every exception of ours, the tree first.

    GeocorrError
    ├── UsageError            wrong use of a command or an unreadable path
    │   └── CrsError          a working CRS that cannot be measured in
    ├── InputError            a whole file or value is refused
    │   └── PolicyError       a policy file with an unknown key or impossible number
    ├── NotFound              no such batch, crime, run or nominal
    ├── ConflictError         contradicts what is stored (two orders overlap)
    └── ServiceError          database, disk or grid trouble: not the sender's fault
        ├── GridMissing       OSTN15 is not in place, so EPSG:27700 may not be used
        ├── DatabaseTrouble   the database cannot be reached or stopped half way
        ├── DiskFull          no room to store what came in
        └── MigrationEdited   an applied migration no longer matches its file

A fault of one row is never an exception: it is data (`geocorr.model.Fault`).
Every message says what is wrong and what to do about it.
"""


class GeocorrError(Exception):
    """The root: catch it to catch everything that geocorr raises on purpose."""


class UsageError(GeocorrError):
    """Wrong use: an option, a path, a combination that cannot work."""


class CrsError(UsageError):
    """The working CRS has no metres, or is off by more than 0.1 % at the data."""


class InputError(GeocorrError):
    """A whole file or value is refused; the message says what to mend."""


class PolicyError(InputError):
    """A policy holds an unknown key or an impossible number."""


class NotFound(GeocorrError):
    """What was asked for is not stored, or not visible to who asks."""


class ConflictError(GeocorrError):
    """It contradicts what is stored already."""


class ServiceError(GeocorrError):
    """A part that geocorr needs is not working; the input may be sent again."""


class GridMissing(ServiceError):
    """The OSTN15 grid is absent: places would be up to 5 m wrong, so we refuse."""


class DatabaseTrouble(ServiceError):
    """The database cannot be reached, or stopped in the middle."""


class DiskFull(ServiceError):
    """There is no room left; nothing of the file was stored."""


class MigrationEdited(ServiceError):
    """A migration that was applied no longer matches its file."""
