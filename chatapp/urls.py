from django.urls import include, path

from conversations.admin.site import site

urlpatterns = [
    path("accounts/", include("chatapp.accounts.urls")),
    path("admin/", site.urls),
    path("", include("conversations.urls")),
]
