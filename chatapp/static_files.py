"""How static files are named."""

from django.contrib.staticfiles.storage import ManifestStaticFilesStorage


class ModuleStorage(ManifestStaticFilesStorage):
    """Names that carry a hash of the content, also within the imports of JavaScript modules."""

    support_js_module_import_aggregation = True
    # One for each step of the longest chain of imports.
    max_post_process_passes = 20
