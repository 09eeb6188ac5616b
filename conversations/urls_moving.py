"""Where conversations are shared, printed, exported and imported."""

from django.urls import path

from conversations.views import data, imports, reading, shared, shares

urlpatterns = [
    path("settings/data/", data.data, name="data"),
    path("settings/data/export/", data.export_all, name="export-all"),
    path("settings/data/import/", imports.upload, name="import-upload"),
    path("settings/data/imports/<slug:import_id>/", imports.report, name="import-report"),
    path("settings/data/links/<int:share_id>/", data.revoke_share, name="share-revoke"),
    path("imports/", imports.imports, name="imports"),
    path("imports/<slug:import_id>/", imports.import_, name="import"),
    path("conversations/<slug:conversation_id>/print/", reading.printed, name="print"),
    path("conversations/<slug:conversation_id>/shares/", shares.shares, name="shares"),
    path("shares/<int:share_id>/", shares.share, name="share"),
    path("s/<slug:token>/", shared.shared, name="shared"),
    path("s/<slug:token>/print/", shared.shared, {"form": "print"}, name="shared-print"),
    path("s/<slug:token>/files/<slug:file_id>/", shared.file, name="shared-file"),
    path("s/<slug:token>/open/", shared.unlock, name="shared-open"),
    path("s/<slug:token>/continue/", shared.go_on, name="shared-copy"),
]
