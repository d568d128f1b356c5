"""The way to PostgreSQL: connections, the pool, wake-ups, and the numbered migrations."""

from guywire.database.connect import Connection, Pool, Row, connect, open_pool
from guywire.database.wake import Wakeups

__all__ = ["Connection", "Pool", "Row", "Wakeups", "connect", "open_pool"]
