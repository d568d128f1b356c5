"""Settings come from the environment, then the file, then the defaults; a bad one is refused with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from guywire.settings import SERVICES, Settings, SettingsError, load_settings


def test_the_environment_wins_over_the_file_and_the_file_over_the_default(tmp_path: Path) -> None:
    file = tmp_path / "guywire.toml"
    file.write_text('console-port = 1\nfield_port = 2\nshadow = true\ndata_dir = "elsewhere"\n')
    settings = load_settings({"GUYWIRE_CONSOLE_PORT": "3"}, file)
    assert (settings.console_port, settings.field_port, settings.trap_port) == (3, 2, Settings().trap_port)
    assert settings.shadow is True
    assert settings.data_dir == Path("elsewhere")


def test_a_child_reads_the_very_same_settings_from_its_environment(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, database_url="postgresql:///x", trap_port=7, shadow=True, host="::1")
    assert load_settings(settings.environment(), tmp_path / "none.toml") == settings


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("console_port = 'many'", r"guywire\.toml: console_port cannot be 'many'; it wants int"),
        ("colour = 'red'", r"guywire\.toml: unknown setting 'colour'"),
        ("console_port = = 1", r"guywire\.toml: not TOML"),
        ("console_port = " + "9" * 5_000, r"guywire\.toml: not TOML"),
        ("shadow = 'perhaps'", "shadow cannot be 'perhaps'"),
    ],
)
def test_a_bad_file_is_refused_with_its_name_and_the_reason(tmp_path: Path, text: str, words: str) -> None:
    file = tmp_path / "guywire.toml"
    file.write_text(text)
    with pytest.raises(SettingsError, match=words):
        load_settings({}, file)


def test_a_bad_variable_is_refused_by_its_name(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="GUYWIRE_TRAP_PORT: trap_port cannot be 'x'"):
        load_settings({"GUYWIRE_TRAP_PORT": "x"}, tmp_path / "none.toml")


def test_each_service_has_a_metrics_port_of_its_own_in_the_fixed_order() -> None:
    ports = {service: Settings(metrics_port=100).metrics_port_of(service) for service in SERVICES}
    assert ports == {
        "collectors": 100,
        "alarm_correlation": 101,
        "dispatch": 102,
        "complaints": 103,
        "field_app_api": 104,
        "dashboards": 105,
    }
