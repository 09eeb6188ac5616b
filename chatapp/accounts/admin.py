"""People and sign-ins, to look at. They are changed on the page of the people, under its rules."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from chatapp.accounts.models import SignIn, User
from conversations.admin.permissions import AdministratorsReadOnlyAdmin
from conversations.admin.site import site


@admin.register(User, site=site)
class UserAdmin(AdministratorsReadOnlyAdmin):
    list_display = ("username", "name", "email", "role_name", "is_active", "last_login")
    list_filter = ("is_superuser", "is_staff", "is_active")
    search_fields = ("username", "first_name", "last_name", "email")
    ordering = ("username",)
    fields = (
        "username",
        "first_name",
        "last_name",
        "email",
        "role_name",
        "is_active",
        "last_login",
        "date_joined",
    )

    @admin.display(description=_("role"))
    def role_name(self, person: User) -> str:
        return str(person.role.label)


@admin.register(SignIn, site=site)
class SignInAdmin(AdministratorsReadOnlyAdmin):
    list_display = ("at", "user", "address", "succeeded")
    list_select_related = ("user",)
    list_filter = ("succeeded", "at")
    date_hierarchy = "at"
    ordering = ("-at",)
    list_per_page = 50
    search_fields = ("user__username", "address")
    fields = ("at", "user", "address", "succeeded")
