"""The frame both faces stand on: the application, who is asking, asking owners, errors, lists, files and the server."""

from guywire.web.app import create_app
from guywire.web.asking import Key, ask
from guywire.web.auth import Database, Running, Session, current_session, refuse_unless, require, service_of
from guywire.web.serve import serve

__all__ = [
    "Database",
    "Key",
    "Running",
    "Session",
    "ask",
    "create_app",
    "current_session",
    "refuse_unless",
    "require",
    "serve",
    "service_of",
]
