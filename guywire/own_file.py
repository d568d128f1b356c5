"""Files of the data folder that hold a secret: made once, for this user only, the same for all who make one at once."""

from __future__ import annotations

import os
import uuid
from pathlib import Path


def make_once(path: Path, contents: bytes) -> None:
    """Makes the file where there is none; one that another process makes meanwhile stays. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = path.with_name(f"{path.name}.{uuid.uuid4().hex}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(contents)
    try:
        os.link(fresh, path)  # unlike a rename, it never takes the place of a file that is there already
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
