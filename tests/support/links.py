"""Finding the link that a page or a command shows."""

import re
from urllib.parse import urlsplit


def path_of_link(text: str) -> str:
    """The path of the one-time link in `text`."""
    found = re.search(r"https?://[^\"\s<]+", text)
    assert found, f"no link in: {text}"
    return urlsplit(found.group()).path
