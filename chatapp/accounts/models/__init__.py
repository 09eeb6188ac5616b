from chatapp.accounts.models.invitation import Invitation
from chatapp.accounts.models.sign_in import SignIn
from chatapp.accounts.models.user import Role, User

__all__ = ["Invitation", "Role", "SignIn", "User"]
