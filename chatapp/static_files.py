"""How static files are named, and what is said of them when they are served."""

from wsgiref.headers import Headers

from django.contrib.staticfiles.storage import ManifestStaticFilesStorage

HASHED_NAME = r"\.[0-9a-f]{12}\.\w+$"


def add_headers(headers: Headers, path: str, url: str) -> None:
    """Pages get theirs from middleware, which static files don't pass through."""
    headers["X-Content-Type-Options"] = "nosniff"


class ModuleStorage(ManifestStaticFilesStorage):
    """Names that carry a hash of the content, also within the imports of JavaScript modules."""

    support_js_module_import_aggregation = True
    # One for each step of the longest chain of imports.
    max_post_process_passes = 20
