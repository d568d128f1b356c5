"""An embedded PostgreSQL in a data folder: made on first use, kept running, gone with its parent."""

from guywire.owner import running_url
from guywire.postgres.embedded import embedded, served

__all__ = ["embedded", "running_url", "served"]
