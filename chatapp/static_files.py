"""How static files are named, and what is said of them when they are served."""

import json
from functools import cache
from pathlib import Path
from typing import Any
from wsgiref.headers import Headers

from django.conf import settings
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage
from servestatic import ServeStaticASGI

# Ours, and what scripts/bundle.mjs calls its pieces.
HASHED_NAME = r"(?:\.[0-9a-f]{12}\.\w+|-[0-9A-Z]{8}\.mjs)$"

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    # For a file that is opened as a page: a picture in SVG may bring its own colours, not scripts.
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    ),
}


# What runs in a sandboxed frame, which has no origin: modules come there only if anybody may read
# them, and they are the same for everybody.
FOR_FRAMES = ("vendor/mermaid/", "chat/frames/")


def serve_static(application: Any, root: Path) -> ServeStaticASGI:
    """The files under `root` at STATIC_URL; whatever else is asked for goes to `application`."""
    return ServeStaticASGI(
        application,
        root=root,
        prefix="static/",
        max_age=0,
        allow_all_origins=False,
        immutable_file_test=HASHED_NAME,
        add_headers_function=add_headers,
    )


def add_headers(headers: Headers, path: str, url: str) -> None:
    """Pages get theirs from middleware, which static files don't pass through."""
    for name, value in HEADERS.items():
        headers[name] = value
    if url.partition("static/")[2].startswith(FOR_FRAMES):
        headers["Access-Control-Allow-Origin"] = "*"


class ModuleStorage(ManifestStaticFilesStorage):
    """Names that carry a hash of the content, also within the imports of JavaScript modules."""

    support_js_module_import_aggregation = True
    # One for each step of the longest chain of imports.
    max_post_process_passes = 20


@cache
def preloaded(root: Path, *, draws: bool) -> list[str]:
    """The addresses of what the chat's script imports, as scripts/bundle.mjs wrote them down; with
    what `draws` a conversation, where there is one.

    None where nothing was collected, as in tests of pages.
    """
    listed = root / "bundles" / "preload.json"
    if not listed.exists():
        return []
    names = json.loads(listed.read_text())
    return [settings.STATIC_URL + name for name in names["begin"] + names["draw"] * draws]
