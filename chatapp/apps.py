from typing import Any

from django.apps import AppConfig


class ChatappConfig(AppConfig):
    name = "chatapp"

    def ready(self) -> None:
        # Here, because accounts know nothing of sockets, and sockets nothing of accounts.
        from chatapp.accounts.signals import access_changed
        from conversations.turns.notices import check_access_from_sync

        def check_sockets(user_id: int, session_key: str | None, **_: Any) -> None:
            check_access_from_sync(user_id, session_key)

        access_changed.connect(check_sockets, weak=False, dispatch_uid="sockets")
