"""The credentials file: its form, its rights, its secrets, and what becomes of a bad one."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from collectors.credentials import Community, CredentialsError, User, credentials_file, read_credentials

GOOD = """
[public-sites]
version = "2c"
community = "hidden-community"

[hub-v3]
version = "3"
user = "noc"
auth = "sha256"
auth_password = "hidden-auth-1"
priv = "aes128"
priv_password = "hidden-priv-1"
"""


def _written(folder: Path, text: str, mode: int = 0o600) -> Path:
    path = folder / "credentials.toml"
    path.write_text(text, "utf-8")
    path.chmod(mode)
    return path


def _refusal(folder: Path, text: str) -> str:
    with pytest.raises(CredentialsError) as refused:
        read_credentials(_written(folder, text))
    assert "hidden" not in str(refused.value)
    return str(refused.value)


def test_communities_and_users_go_by_their_name(tmp_path: Path) -> None:
    credentials = read_credentials(_written(tmp_path, GOOD))
    assert credentials.named["public-sites"] == Community("public-sites", "2c", b"hidden-community")
    assert credentials.named["hub-v3"] == User(
        "hub-v3", "noc", "sha256", b"hidden-auth-1", "aes128", b"hidden-priv-1", ""
    )
    assert credentials.communities == {b"hidden-community"}
    assert [user.flags for user in credentials.users] == [3]


def test_no_secret_stands_in_a_repr(tmp_path: Path) -> None:
    assert "hidden" not in repr(read_credentials(_written(tmp_path, GOOD)))


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o601])
def test_a_file_that_others_may_use_is_refused_with_the_way_out(tmp_path: Path, mode: int) -> None:
    with pytest.raises(CredentialsError, match="chmod 600"):
        read_credentials(_written(tmp_path, GOOD, mode))


def test_secrets_come_from_files_and_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "secret").write_text("from a file\n")
    monkeypatch.setenv("GUYWIRE_TEST_SECRET", "from the environment")
    credentials = read_credentials(
        _written(
            tmp_path,
            f"""
            [hub]
            version = "3"
            user = "noc"
            auth = "sha1"
            auth_password = "file:{tmp_path}/secret"
            priv = "aes256-cisco"
            priv_password = "env:GUYWIRE_TEST_SECRET"
            """,
        )
    )
    (user,) = credentials.users
    assert (user.auth_password, user.priv_password) == (b"from a file", b"from the environment")


@pytest.mark.parametrize(
    ("line", "text", "why"),
    [
        (1, '[a]\nversion = "3"\nuser = "noc"\nauth = "sha1"\n', "auth_password has 1 to"),
        (3, '[a]\nversion = "3"\nuser = "noc"\n', "anybody could speak"),
        (5, '[a]\nversion = "3"\nuser = "noc"\nauth = "sha1"\nauth_password = "hidden!"\n', "fewer than 8"),
        (4, '[a]\nversion = "3"\nuser = "noc"\nauth = "hidden"\n', "auth is one of sha1"),
        (4, '[a]\nversion = "3"\nuser = "noc"\nauth = "md5"\nauth_password = "hidden-too"\n', "legacy = true"),
        (4, '[a]\nversion = "3"\nuser = "noc"\npriv = "aes128"\nallow_no_auth = true\n', "no priv without auth"),
        (4, '[a]\nversion = "3"\nuser = "noc"\nauth_password = "hidden-too"\nallow_no_auth = true\n', "without auth"),
        (3, '[a]\nversion = "3"\nuser = ""\n', "1 to 32 bytes"),
        (4, '[a]\nversion = "3"\nuser = "n"\nallow_no_auth = true\nauth = "sha1"\n', "without auth"),
        (2, '[a]\nversion = "hidden"\n', "version is"),
        (1, '[a]\ncommunity = "hidden"\n', "version"),
        (3, '[a]\nversion = "2c"\ncommunity = 7\n', "community"),
        (3, '[a]\nversion = "2c"\ncomunity = "hidden"\n', "comunity"),
        (3, '[a]\nversion = "2c"\ncommunity = "file:/nowhere/hidden-file"\n', "cannot be read"),
        (3, '[a]\nversion = "2c"\ncommunity = "env:GUYWIRE_NOT_SET"\n', "1 to 255"),
        (6, '[b]\nversion = "1"\ncommunity = "hidden"\n[a]\nversion = "1"\ncommunity = ""\n', "1 to 255"),
        (1, "a = 1\n", "table is wanted"),
    ],
)
def test_what_is_wrong_is_said_with_its_line_and_without_its_secret(
    tmp_path: Path, line: int, text: str, why: str
) -> None:
    said = _refusal(tmp_path, text)
    assert f"credentials.toml:{line}: [a]: " in said
    assert why in said


@pytest.mark.parametrize("text", ["[a\n", "a = " + "[" * 5_000, "a = " + "9" * 5_000, "\0"])
def test_what_is_not_toml_is_refused(tmp_path: Path, text: str) -> None:
    assert "not TOML" in _refusal(tmp_path, text)


def test_old_protocols_are_taken_where_the_file_says_so(tmp_path: Path) -> None:
    text = GOOD.replace("sha256", "md5").replace("aes128", "des") + "legacy = true\n"
    (user,) = read_credentials(_written(tmp_path, text)).users
    assert (user.auth, user.priv) == ("md5", "des")


def test_a_changed_file_is_read_again_and_a_bad_one_changes_nothing(tmp_path: Path) -> None:
    credentials = credentials_file(tmp_path)
    assert credentials.current().named == {}
    path = _written(tmp_path, GOOD)
    assert set(credentials.current().named) == {"public-sites", "hub-v3"}
    _written(tmp_path, GOOD + "\nbroken")
    assert set(credentials.current().named) == {"public-sites", "hub-v3"}
    _written(tmp_path, '[new]\nversion = "1"\ncommunity = "x"\n', 0o644)
    assert set(credentials.current().named) == {"public-sites", "hub-v3"}
    path.chmod(0o600)
    assert set(credentials.current().named) == {"new"}
    path.unlink()
    assert credentials.current().named == {}


def test_neither_a_pipe_nor_an_endless_file_holds_the_collector_up(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "credentials.toml", 0o600)
    with pytest.raises(CredentialsError, match="not a plain file"):
        read_credentials(tmp_path / "credentials.toml")
    (tmp_path / "credentials.toml").unlink()
    for endless in ("/dev/zero", str(tmp_path)):
        text = f'[a]\nversion = "2c"\ncommunity = "file:{endless}"\n'
        assert "cannot be read" in _refusal(tmp_path, text)
