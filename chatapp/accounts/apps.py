from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "chatapp.accounts"
    label = "accounts"
    verbose_name = _("People")

    def ready(self) -> None:
        # Connects the receivers that turn sign-out and deletion into `access_changed`.
        from chatapp.accounts import receivers  # noqa: F401 - models must be loaded first
