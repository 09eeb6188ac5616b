"""The one folder that holds an installation's data, and the secrets made for it at first run."""

import os
import secrets
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

SECRETS = ("secret_key", "encryption_key")


def default_data_dir() -> Path:
    """Where the data is unless DATA_DIR says otherwise (the XDG base directory's data home)."""
    if chosen := os.environ.get("DATA_DIR"):
        return Path(chosen)
    home = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(home) / "chatapp"


def secrets_dir() -> Path | None:
    """The folder of the generated secrets, or None before the first run."""
    folder = default_data_dir() / "secrets"
    return folder if folder.is_dir() else None


def prepare(data_dir: Path) -> None:
    """Make the folder and what is missing in it; nobody but its owner can read it."""
    for folder in (data_dir, data_dir / "secrets", data_dir / "uploads"):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name in SECRETS:
        _write_once(data_dir / "secrets" / name, secrets.token_urlsafe(48))


def _write_once(path: Path, text: str) -> None:
    """Write a file of mode 0600 whole or not at all, so that a kill leaves no half of a secret.

    Of several processes that do it at once the first one's text stays, and all go on with it.
    """
    if path.exists():
        return
    fd, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(fd, "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):  # a rename would replace the secret of another first start
            os.link(draft, path)
    finally:
        Path(draft).unlink()


if __name__ == "__main__":
    try:
        prepare(default_data_dir())
    except OSError as error:
        sys.exit(f"The data folder can't be used: {error}")
