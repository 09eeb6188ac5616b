from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("accounts/", include("chatapp.accounts.urls")),
    path("admin/", admin.site.urls),
    path("", include("conversations.urls")),
]
