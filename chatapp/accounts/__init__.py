"""The people of an installation: their accounts, roles, sign-in and the links that invite them."""
