import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.server import Server, running_server


@pytest.fixture
def server(migrated: Path, tmp_path: Path) -> Iterator[Server]:
    """A real process of the app, with an installation of its own, and little time to end."""
    shutil.copytree(migrated, tmp_path / "data")
    with running_server(tmp_path / "data", {"GRACE_SECONDS": "1"}) as process:
        yield process
