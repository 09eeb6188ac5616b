"""People and sign-ins, to look at. They are changed on the page of the people, under its rules."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from chatapp.accounts.models import SignIn, User
from conversations.admin.permissions import AdministratorsAdmin, AdministratorsReadOnlyAdmin
from conversations.admin.site import site
from conversations.models.retention import keep_nothing_of

if TYPE_CHECKING:
    _GroupForm = forms.ModelForm[Group]  # generic for the type checker alone
else:
    _GroupForm = forms.ModelForm


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


class GroupForm(_GroupForm):
    """A group's name, the people in it, and what providers may keep of theirs."""

    people = forms.ModelMultipleChoiceField(
        User.objects.order_by("username"),
        label=_("people"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    keeps_nothing = forms.BooleanField(
        label=_("Providers keep nothing"),
        required=False,
        help_text=_(
            "What its people ask is sent with store=false: every message tells the conversation "
            "anew, thoughts travel sealed, and nothing runs in the background."
        ),
    )

    class Meta:
        model = Group
        fields = ("name",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["people"] = self.instance.user_set.all()
            self.initial["keeps_nothing"] = hasattr(self.instance, "retention")


@admin.register(Group, site=site)
class GroupAdmin(AdministratorsAdmin):
    """With whom assistants and prompts can be shared; a group gives no rights, but it may have
    providers keep nothing of its people's.
    """

    form = GroupForm
    list_display = ("name", "number")
    search_fields = ("name",)
    ordering = ("name",)
    fields = ("name", "people", "keeps_nothing")

    @admin.display(description=_("people"))
    def number(self, group: Any) -> int:
        number: int = group.number
        return number

    def get_queryset(self, request: HttpRequest) -> QuerySet[Group]:
        rows: QuerySet[Group] = super().get_queryset(request)
        return rows.annotate(number=Count("user"))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_view_permission(request, obj)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        form.instance.user_set.set(form.cleaned_data["people"])
        keep_nothing_of(form.instance, form.cleaned_data["keeps_nothing"])


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
