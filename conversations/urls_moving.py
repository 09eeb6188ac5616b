"""Where conversations are shared, printed, exported and imported."""

from django.urls import path

from conversations.views import reading, shared, shares

urlpatterns = [
    path("conversations/<slug:conversation_id>/print/", reading.printed, name="print"),
    path("conversations/<slug:conversation_id>/shares/", shares.shares, name="shares"),
    path("shares/<int:share_id>/", shares.share, name="share"),
    path("s/<slug:token>/", shared.shared, name="shared"),
    path("s/<slug:token>/print/", shared.shared, {"form": "print"}, name="shared-print"),
    path("s/<slug:token>/open/", shared.unlock, name="shared-open"),
    path("s/<slug:token>/continue/", shared.go_on, name="shared-copy"),
]
