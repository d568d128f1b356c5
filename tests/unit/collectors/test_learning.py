"""What stands in files and is not used is known to whoever asks how the collector is."""

from __future__ import annotations

from pathlib import Path

from collectors.learning import Learning
from guywire.settings import Settings


def test_each_file_that_is_not_used_is_told_until_it_is_mended(tmp_path: Path) -> None:
    policy, profile = tmp_path / "policy" / "collectors.toml", tmp_path / "profiles" / "mine.toml"
    for path in (policy, profile):
        path.parent.mkdir()
        path.write_text("nonsense = 1\n")
    credentials = tmp_path / "credentials.toml"
    credentials.touch(mode=0o644)
    learning = Learning(Settings(data_dir=tmp_path))
    assert [reason.split(":")[0] for reason in learning.refused] == [str(policy), str(credentials), str(profile)]
    credentials.chmod(0o600)
    policy.unlink()
    profile.unlink()
    learning.look()
    assert learning.refused == []
