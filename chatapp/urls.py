from django.urls import include, path, re_path
from django.views.generic import RedirectView

from chatapp.health import healthz, readyz
from chatapp.web_app import manifest
from conversations.admin.site import site
from conversations.gateway.reference import reference

handler400 = "chatapp.errors.bad_request"

urlpatterns = [
    path("healthz", healthz),
    path("readyz", readyz),
    path("favicon.ico", RedirectView.as_view(url="/static/icons/chatapp.svg")),
    path("manifest.webmanifest", manifest, name="manifest"),
    re_path(r"^v1(?:/|$)", include("conversations.gateway.urls")),
    path("docs/api/", reference, name="api-reference"),
    path("accounts/", include("chatapp.accounts.urls")),
    path("admin/", site.urls),
    path("", include("conversations.urls")),
]
