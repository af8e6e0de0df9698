"""Settings: the only reader of the environment, prefix GEOCORR_."""

import os
from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict

from geocorr import geo
from loaders import grid


def _home() -> Path:
    """Root's own home is closed to the database's user, so root keeps data in /var."""
    if os.geteuid() == 0:
        return Path("/var/lib/geocorr")
    return Path.home() / ".local/share/geocorr"


class Settings(BaseSettings):
    """What an installation may choose; every name is GEOCORR_ and this, upper case."""

    model_config = SettingsConfigDict(env_prefix="GEOCORR_", frozen=True)

    home: Path = _home()
    dsn: str | None = None
    crs: str = geo.BNG
    policy: Path | None = None
    # Which force has adopted which profile (scores, ownership, cohorts).
    profiles: Path | None = None
    # Choices of the performance framework, laid over the shipped ones.
    framework: Path | None = None
    # Which department is told of which changes of band, and the server that mails them.
    routing: Path | None = None
    smtp: str | None = None
    mail_from: str = "geocorr@localhost"
    mail_attempts: int = 5
    mails_at_once: int = 100
    host: str = "127.0.0.1"
    port: int = 8000
    max_upload_mb: int = 200
    # In a container whose port is published on 127.0.0.1, and nowhere else.
    contained: bool = False
    # The zone of each force's times without offset, by any name of the force.
    feed_zones: dict[str, str] = {}

    @property
    def grid_folder(self) -> Path:
        """Where the OSTN15 grid lies, for Python and PostGIS alike."""
        return self.home / "proj"

    def working_crs(self, code: str | None = None) -> geo.WorkingCrs:
        """The working CRS, OSTN15 made first where it is needed.

        CrsError for a CRS that cannot be measured in, GridMissing without OSTN15.
        """
        wanted = code or self.crs
        if wanted.upper() == geo.BNG:
            grid.ensure(self.grid_folder)
            geo.use_grid(str(self.grid_folder))
        return geo.working_crs(wanted)
