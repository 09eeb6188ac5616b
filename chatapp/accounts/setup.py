"""The first run: nobody has an account, and nobody has a default password."""

from chatapp.accounts.models import Invitation, User


def owner_link() -> str | None:
    """The path of a fresh one-time link that makes the owner's account; None when anybody has one.

    Links given before for the same purpose stop working.
    """
    return None if User.objects.exists() else Invitation.issue_to_owner()
