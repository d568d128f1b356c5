"""Every error of a face as `{"code", "reason", "message"}` (design, section 4): refusals, bad input, and what broke."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import psycopg
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from psycopg_pool import PoolTimeout
from starlette.exceptions import HTTPException

from guywire.errors import Refused

STATUS = {
    "unauthorized": 401,
    "forbidden": 403,
    "not_found": 404,
    "method_not_allowed": 405,
    "conflict": 409,
    "too_large": 413,
    "invalid": 422,
    "too_many_requests": 429,
    "internal": 500,
    "unavailable": 503,
}
"""The HTTP status of each code; a code that is not here is a conflict with what the owner holds (409)."""

_CODES = {status: code for code, status in STATUS.items()}

TOO_LARGE = Refused("too_large", "body_too_large", "The request is too large. Send less at once.")

_BY_STATUS = {
    400: Refused("invalid", "not_json", "The body cannot be read: it must be JSON in UTF-8. Mend it."),
    404: Refused("not_found", "no_such_path", "There is nothing at this address. See /openapi.json for what there is."),
    405: Refused("method_not_allowed", "method", "This address does not take this method. See /openapi.json."),
    413: TOO_LARGE,
}

INTERNAL = Refused("internal", "bug", "Something broke here. It is in the log under the X-Request-Id of this answer.")
_NO_DATABASE = Refused("unavailable", "database", "The database does not answer. Try again in a moment.")


def response(refused: Refused) -> JSONResponse:
    """A refusal as an HTTP answer."""
    status = STATUS.get(refused.code, 409)
    headers = {"WWW-Authenticate": "Bearer"} if status == STATUS["unauthorized"] else None
    return JSONResponse(refused.as_dict(), status, headers)


def install(app: FastAPI) -> None:
    """Makes `app` answer in one shape, whatever goes wrong inside a route."""
    app.add_exception_handler(Refused, _refused)
    app.add_exception_handler(RequestValidationError, _not_valid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(psycopg.OperationalError, _no_database)
    app.add_exception_handler(psycopg.InterfaceError, _no_database)
    app.add_exception_handler(PoolTimeout, _no_database)
    app.add_exception_handler(psycopg.DataError, _unstorable)
    app.add_exception_handler(OverflowError, _beyond)


async def _refused(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, Refused)
    return response(error)


async def _not_valid(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    found: Sequence[Mapping[str, Any]] = error.errors()
    said = "; ".join(f"{_field(one['loc'])}: {one['msg'].removeprefix('Value error, ')}" for one in found[:5])
    return response(Refused("invalid", str(found[0]["type"]), f"{said}. Mend this and send it again."))


def _field(location: Sequence[str | int]) -> str:
    """`("body", "positions", 0, "latitude")` as `positions.0.latitude`."""
    return ".".join(str(step) for step in location[1:]) or str(location[0])


async def _http(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    known = _BY_STATUS.get(error.status_code)
    refused = known or Refused(_CODES.get(error.status_code, "invalid"), "http", f"{error.detail}.")
    answer = response(refused)
    answer.status_code = error.status_code
    answer.headers.update(error.headers or {})
    return answer


async def _no_database(_: Request, __: Exception) -> JSONResponse:
    return response(_NO_DATABASE)


async def _beyond(_: Request, __: Exception) -> JSONResponse:
    """Such as thirty days before the first year."""
    return response(Refused("invalid", "out_of_range", "A time or a number lies beyond what can be reckoned. Mend it."))


async def _unstorable(_: Request, __: Exception) -> JSONResponse:
    return response(Refused("invalid", "text", "A value holds characters that cannot be kept (such as NUL). Mend it."))
