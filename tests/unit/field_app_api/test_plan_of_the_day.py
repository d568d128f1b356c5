"""The plan on the phone: the forecast, put right by what the phone's own orders say by now."""

from __future__ import annotations

from typing import Any

from field_app_api.day import plan_of


def order(name: str, need: str, ended_at: str | None = None) -> dict[str, Any]:
    return {
        "id": name,
        "ended_at": ended_at,
        "needs": [{"id": need, "kind": "repair", "service_minutes": 45}],
        "planned_arrival_at": "2026-11-21T08:00:00+00:00",
        "fault": {"zh": "x", "en": "x"},
        **dict.fromkeys(("ticket", "site", "site_name", "latitude", "longitude", "time_zone", "summary")),
    }


def stop(need: str, of_order: str | None = None) -> dict[str, Any]:
    return {"need": need, "order": of_order, "alarm_type": "mains-failure", "summary": "s"}


def planned(stops: list[dict[str, Any]] | None, *orders: dict[str, Any]) -> list[tuple[str, str | None]]:
    return [(one["need"], one["order"]) for one in plan_of(stops, list(orders))]


def test_without_a_forecast_the_plan_is_the_open_orders() -> None:
    assert planned(None, order("W1", "N1"), order("W2", "N2", ended_at="x")) == [("N1", "W1")]


def test_an_order_that_the_forecast_does_not_know_yet_stands_first_and_once() -> None:
    forecast = [stop("N2", "W2"), stop("N1"), stop("N3")]
    assert planned(forecast, order("W1", "N1"), order("W2", "N2")) == [("N1", "W1"), ("N2", "W2"), ("N3", None)]


def test_what_has_ended_or_was_given_to_another_is_not_planned_any_more() -> None:
    forecast = [stop("N1", "W1"), stop("N2", "W9"), stop("N3")]
    assert planned(forecast, order("W1", "N1", ended_at="x")) == [("N3", None)]


def test_a_stop_says_what_is_wrong_in_words() -> None:
    [one] = plan_of([stop("N1")], [])
    assert (one["fault"]["en"], "alarm_type" in one) == ("Mains failure", False)
