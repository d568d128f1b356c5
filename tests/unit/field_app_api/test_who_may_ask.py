"""How much one account may ask: a day's outbox at once, then a bounded rate, and nobody else is slowed down."""

from __future__ import annotations

from field_app_api.common import MOST_AT_ONCE, SECONDS_A_REQUEST
from guywire.web.throttle import Throttle


def test_a_day_s_outbox_passes_at_once_and_what_is_beyond_waits() -> None:
    accounts = Throttle(MOST_AT_ONCE, SECONDS_A_REQUEST)
    assert {accounts.take("bo", 10.0) for _ in range(MOST_AT_ONCE)} == {0.0}
    assert accounts.take("bo", 10.0) > 0
    assert accounts.take("cai", 10.0) == 0.0
    assert accounts.take("bo", 10.0 + SECONDS_A_REQUEST) == 0.0
