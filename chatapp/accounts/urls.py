from django.urls import path

from chatapp.accounts.views.invitation import InvitationView
from chatapp.accounts.views.language import language
from chatapp.accounts.views.people import (
    ActiveView,
    PasswordLinkView,
    PeopleView,
    RevokeView,
    RoleView,
)
from chatapp.accounts.views.sign_in import (
    NewPasswordView,
    PasswordView,
    SignInView,
    SignOutView,
)

app_name = "accounts"
urlpatterns = [
    path("sign-in/", SignInView.as_view(), name="sign-in"),
    path("sign-out/", SignOutView.as_view(), name="sign-out"),
    path("password/", PasswordView.as_view(), name="password"),
    path("password/<uidb64>/<token>/", NewPasswordView.as_view(), name="new-password"),
    path("invitation/<token>/", InvitationView.as_view(), name="invitation"),
    path("language/", language, name="language"),
    path("people/", PeopleView.as_view(), name="people"),
    path("people/<int:pk>/role/", RoleView.as_view(), name="role"),
    path("people/<int:pk>/active/", ActiveView.as_view(), name="active"),
    path("people/<int:pk>/password-link/", PasswordLinkView.as_view(), name="password-link"),
    path("people/invitations/<int:pk>/revoke/", RevokeView.as_view(), name="revoke"),
]
