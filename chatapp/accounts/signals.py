"""What other parts of the server may want to know about accounts."""

from django.dispatch import Signal

access_changed = Signal()
"""What a person may do has changed: close what was opened under the old rights.

Arguments: `user_id: int`, and `session_key: str | None`, the one session concerned (sign-out) or
None when every session of the person is (role, password, deactivation, deletion). It is sent after
the change was committed, so a receiver that reads the database sees the new state.
"""
