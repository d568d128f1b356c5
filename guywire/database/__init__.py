"""The way to PostgreSQL: connections, the pool, wake-ups, and the numbered migrations."""

from guywire.database.connect import FREE_SECONDS, Connection, Pool, Row, connect, open_pool
from guywire.database.rows import row_of, rows_of
from guywire.database.wake import Wakeups

__all__ = ["FREE_SECONDS", "Connection", "Pool", "Row", "Wakeups", "connect", "open_pool", "row_of", "rows_of"]
