"""The private PostGIS cluster behind `geocorr up`: ours alone, on a socket only.

It lies in one folder: `pg` the data, `s` the socket, `log` what the server says.
The system's own PostgreSQL clusters are never touched. The server refuses to run as
root, so root runs it as the package's `postgres` user; anyone else as themselves.
"""

import fcntl
import hashlib
import os
import pwd
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from urllib.parse import quote

from geocorr.errors import DatabaseTrouble
from sql.db import Database, Role
from sql.migrate import EXTENSIONS

NAME = "geocorr"
SUPERUSER = "geocorr"
TUNING: Mapping[str, str] = {
    "shared_buffers": "512MB",
    "work_mem": "64MB",
    "maintenance_work_mem": "256MB",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "15min",
    "checkpoint_completion_target": "0.9",
    "wal_compression": "on",
    "jit": "off",
    "timezone": "UTC",
    "log_min_error_statement": "panic",  # statements may hold places and names
    "log_parameter_max_length_on_error": "0",
}
_SYSTEM_PROJ = "/usr/share/proj"
_SOCKET_BYTES = 103  # macOS; Linux allows 107
_RETRY_S = 10.0


@dataclass(frozen=True)
class Cluster:
    """A private cluster in `home`; PostGIS finds OSTN15 in `grid_folder`."""

    home: Path
    grid_folder: Path
    tuning: Mapping[str, str] = field(default_factory=dict)

    @property
    def data(self) -> Path:
        """The server's data folder."""
        return self.home / "pg"

    @property
    def log(self) -> Path:
        """What the server says."""
        return self.home / "log"

    @cached_property
    def socket(self) -> Path:
        """The folder of the socket: in `home`, or a short one where that is too long.

        The system allows a socket's path about a hundred bytes.
        """
        wanted = self.home / "s"
        plain = re.fullmatch(r"[\w./+-]+", str(wanted), re.ASCII)
        if plain and len(bytes(wanted / ".s.PGSQL.5432")) <= _SOCKET_BYTES:
            return wanted
        short = hashlib.sha256(bytes(self.home)).hexdigest()[:12]
        root = Path("/run") if os.geteuid() == 0 else Path(tempfile.gettempdir())
        return root / f"geocorr-{os.geteuid()}-{short}"

    @cached_property
    def bin(self) -> Path:
        """The server's programs, of the version that made the data."""
        made = self.data / "PG_VERSION"
        return _programs(made.read_text().strip() if made.exists() else None)

    @property
    def database(self) -> Database:
        """Where to connect, by role."""
        return self.database_named(NAME)

    def database_named(self, name: str) -> Database:
        """Another database of the same cluster (tests copy theirs)."""
        place = quote(str(self.socket), safe="")
        return Database(f"postgresql:///{name}?host={place}&port=5432", private=True)


def up(cluster: Cluster) -> Database:
    """Make the cluster where it is missing, start it where it is down.

    Safe to repeat and to run twice at once. DatabaseTrouble says what to do.
    """
    cluster.home.mkdir(parents=True, exist_ok=True)
    if os.geteuid() == 0:
        cluster.home.chmod(0o755)  # the server's user passes through to its data
    with _alone(cluster):
        if not (cluster.data / "PG_VERSION").exists():
            _make(cluster)
        if not running(cluster):
            _configure(cluster)
            _start(cluster)
        _furnish(cluster)
    return cluster.database


def down(cluster: Cluster) -> bool:
    """Stop the cluster; False where it was not running."""
    if not running(cluster):
        return False
    _run(cluster, "pg_ctl", "-D", cluster.data, "-m", "fast", "-w", "stop")
    return True


def running(cluster: Cluster) -> bool:
    """Does the server answer? (`pg_ctl status` believes a dead server's zombie.)"""
    if not (cluster.data / "PG_VERSION").exists():
        return False
    program, socket = str(cluster.bin / "pg_isready"), str(cluster.socket)
    command = [program, "-q", "-h", socket, "-p", "5432"]
    return subprocess.run(command, cwd="/", check=False).returncode == 0  # noqa: S603


def execute(cluster: Cluster, statement: str, database: str = "postgres") -> str:
    """Run one statement as the superuser, for bootstrap and tests only."""
    return _run(
        cluster, "psql", "-X", "-q", "-At", "-v", "ON_ERROR_STOP=1",
        "-h", cluster.socket, "-p", "5432", "-U", SUPERUSER, "-c", statement, database,
    ).strip()  # fmt: skip


@contextmanager
def _alone(cluster: Cluster) -> Iterator[None]:
    with (cluster.home / "up.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _make(cluster: Cluster) -> None:
    if cluster.data.exists():  # an initdb that was cut off half way
        shutil.rmtree(cluster.data)
    cluster.data.mkdir(mode=0o700)
    _give(cluster.data)
    _run(
        cluster, "initdb", "-D", cluster.data, "-U", SUPERUSER, "-A", "peer",
        "-E", "UTF8", "--locale=C.UTF-8", "--data-checksums",
    )  # fmt: skip


def _configure(cluster: Cluster) -> None:
    _socket_folder(cluster)
    cluster.log.touch(mode=0o600)
    _give(cluster.log)
    for name, text in _files(cluster).items():
        path = cluster.data / name
        path.write_text(text)
        path.chmod(0o600)
        _give(path)
    main = cluster.data / "postgresql.conf"
    include = "include 'geocorr.conf'\n"
    if include not in main.read_text():
        with main.open("a") as file:
            file.write(include)


def _files(cluster: Cluster) -> dict[str, str]:
    fixed = {
        "listen_addresses": "",
        "port": "5432",
        "unix_socket_directories": str(cluster.socket),
        "unix_socket_permissions": "0700",
    }
    settings = {**TUNING, **cluster.tuning, **fixed}
    users = sorted({_name(os.geteuid()), _name(_server_uid())})
    names = (SUPERUSER, *Role)
    return {
        "geocorr.conf": "".join(f"{k} = '{v}'\n" for k, v in settings.items()),
        "pg_hba.conf": "local all all peer map=g\n",
        "pg_ident.conf": "".join(f'g "{u}" {n}\n' for u in users for n in names),
    }


def _socket_folder(cluster: Cluster) -> None:
    folder = cluster.socket
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.is_symlink() or folder.stat().st_uid not in (_server_uid(), os.geteuid()):
        raise DatabaseTrouble(f"{folder} belongs to somebody else: remove it.")
    _give(folder)


def _start(cluster: Cluster) -> None:
    """Start, for 10 s again: a killed server's remains take a while to go."""
    deadline = time.monotonic() + _RETRY_S
    while True:
        try:
            _run(
                cluster, "pg_ctl", "-D", cluster.data, "-l", cluster.log,
                "-w", "-t", "30", "start",
            )  # fmt: skip
            return
        except DatabaseTrouble:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.5)


def _furnish(cluster: Cluster) -> None:
    """Roles, database and extensions: whatever is missing of them."""
    have = execute(cluster, "select datname from pg_database").split()
    if NAME not in have:
        for role in Role:
            execute(cluster, _CREATE_ROLE.format(role=role))
        execute(cluster, f"create database {NAME} owner {Role.OWNER}")
    wanted = "; ".join(f"create extension if not exists {e}" for e in EXTENSIONS)
    execute(cluster, f"set client_min_messages = warning; {wanted}", NAME)


_CREATE_ROLE = (
    "do $$ begin create role {role} login;"
    " exception when duplicate_object then null; end $$"
)


def _run(cluster: Cluster, program: str, *arguments: str | Path) -> str:
    """Run a program of the server as its user; DatabaseTrouble with its last words."""
    command = [str(cluster.bin / program), *map(str, arguments)]
    user, group, groups = _as_server()
    done = subprocess.run(  # noqa: S603
        command,
        cwd="/",
        env=_environment(cluster),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        umask=0o077,
        user=user,
        group=group,
        extra_groups=groups,
    )
    if done.returncode:
        words = (done.stderr.strip() or done.stdout.strip()).splitlines()[-3:]
        raise DatabaseTrouble(
            f"{program} failed: {' '.join(words)} (the server's log is {cluster.log})"
        )
    return done.stdout


def _environment(cluster: Cluster) -> dict[str, str]:
    # PROJ_LIB is what gives PostGIS OSTN15: without it places are metres off.
    return {
        "PATH": f"{cluster.bin}:/usr/bin:/bin",
        "LC_ALL": "C.UTF-8",
        "PROJ_LIB": f"{cluster.grid_folder}:{_SYSTEM_PROJ}",
    }


def _as_server() -> tuple[int | None, int | None, list[int] | None]:
    """User, group and further groups to run as; None leaves them as they are."""
    if os.geteuid() != 0:
        return None, None, None
    user = pwd.getpwuid(_server_uid())
    return user.pw_uid, user.pw_gid, []


def _server_uid() -> int:
    if os.geteuid() != 0:
        return os.geteuid()
    try:
        return pwd.getpwnam("postgres").pw_uid
    except KeyError:
        return pwd.getpwnam("nobody").pw_uid


def _name(uid: int) -> str:
    return pwd.getpwuid(uid).pw_name


def _give(path: Path) -> None:
    if os.geteuid() == 0:
        user = pwd.getpwuid(_server_uid())
        os.chown(path, user.pw_uid, user.pw_gid)


def _programs(version: str | None) -> Path:
    """The newest PostgreSQL that has PostGIS, or the one of `version`."""
    found = {
        folder.parent.name: folder
        for folder in Path("/usr/lib/postgresql").glob("*/bin")
        if _has_postgis(folder.parent.name) and (folder / "initdb").exists()
    }
    chosen = version or max(found, key=int, default=None)
    if chosen not in found:
        raise DatabaseTrouble(
            f"PostgreSQL {version or ''} with PostGIS is not installed: "
            "run ./do demo, which installs it, or set GEOCORR_DSN."
        )
    return found[chosen]


def _has_postgis(version: str) -> bool:
    extensions = Path("/usr/share/postgresql") / version / "extension"
    return version.isdigit() and (extensions / "postgis.control").exists()
