import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.server import Server, prepare, running_server


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder as at the first run; copy it, don't use it."""
    folder = tmp_path_factory.mktemp("migrated")
    prepare(folder)
    return folder


@pytest.fixture
def server(migrated: Path, tmp_path: Path) -> Iterator[Server]:
    """A real process of the app, with an installation of its own."""
    shutil.copytree(migrated, tmp_path / "data")
    with running_server(tmp_path / "data", {}) as process:
        yield process
