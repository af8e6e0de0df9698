"""Settings: the only reader of the environment, prefix GEOCORR_."""

import os
from pathlib import Path

from pydantic import PositiveInt, SecretStr
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
    # How long each kind of thing is kept, laid over the shipped periods.
    retention: Path | None = None
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
    # The address by which people reach the service, where that is not this machine:
    # https, whose TLS ends at a proxy in front, and who that proxy is to us.
    public_url: str | None = None
    proxies: str = "127.0.0.1"
    # A session ends when nobody uses it, and at the end of a shift in any case.
    session_idle_min: PositiveInt = 30
    session_max_h: PositiveInt = 12
    # How many failures lock a name at the address they come from, and that address, for
    # how long; how many at a name from anywhere, in that time, slow each further try.
    log_in_failures: PositiveInt = 5
    log_in_failures_here: PositiveInt = 100
    log_in_failures_anywhere: PositiveInt = 50
    log_in_slow_s: PositiveInt = 10
    lock_min: PositiveInt = 15
    requests_per_min: PositiveInt = 600
    # An OpenID Connect provider, what geocorr is there, and which of its claims says
    # who somebody is: `sub` alone is never given to somebody else.
    oidc_issuer: str | None = None
    oidc_client_id: str | None = None
    oidc_client_secret: SecretStr | None = None
    oidc_claim: str = "sub"
    oidc_shown: str = "your organisation's account"
    token_max_days: PositiveInt = 366
    # What people see of a trail: so much either side of a hit's window, more for a
    # recorded reason, and a person's whereabouts in one search; a reason opens for a
    # shift. Who opened a hit so lately is looking at it.
    slice_h: float = 1.0
    longest_slice_h: float = 24.0
    search_h: float = 48.0
    reason_h: float = 12.0
    looking_min: int = 15
    # Tiles of another host under the maps' data; without, no page asks any other host.
    tiles: str | None = None
    # The zone of each force's times without offset, by any name of the force.
    feed_zones: dict[str, str] = {}

    @property
    def over_https(self) -> bool:
        """Do people reach the service by https?"""
        return (self.public_url or "").lower().startswith("https://")

    @property
    def grid_folder(self) -> Path:
        """Where the OSTN15 grid lies, for Python and PostGIS alike."""
        return self.home / "proj"

    @property
    def basemap_folder(self) -> Path:
        """Where base maps lie, which maps show under the data."""
        return self.home / "basemap"

    def working_crs(self, code: str | None = None) -> geo.WorkingCrs:
        """The working CRS, OSTN15 made first where it is needed.

        CrsError for a CRS that cannot be measured in, GridMissing without OSTN15.
        """
        wanted = code or self.crs
        if wanted.upper() == geo.BNG:
            grid.ensure(self.grid_folder)
            geo.use_grid(str(self.grid_folder))
        return geo.working_crs(wanted)
