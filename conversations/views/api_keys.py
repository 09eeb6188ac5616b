"""The page of a person's own keys: made and shown once, looked at, revoked."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from chatapp.accounts.audit import record
from chatapp.accounts.models import User
from conversations.models import ApiKey, Model
from conversations.models.api_key import MOST, NAME_LENGTH, TooMany
from conversations.models.key_use import uses_of_this_month
from conversations.models.limit import (
    DECIMALS,
    LEAST_MONEY,
    LIMITED,
    MOST_DIGITS,
    MOST_REQUESTS,
    MOST_TOKENS,
    make_key,
)
from conversations.models.provider import DOLLARS
from conversations.views.library import person

DAYS = [
    ("30", gettext_lazy("30 days")),
    ("90", gettext_lazy("90 days")),
    ("365", gettext_lazy("A year")),
    ("", gettext_lazy("Until it is revoked")),
]


class KeyForm(forms.Form):
    """A new key: what it is called, how long it works, which models it may ask, and how much."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=NAME_LENGTH,
        help_text=gettext_lazy("What will use it, to know it again by."),
    )
    days = forms.ChoiceField(label=gettext_lazy("Works for"), choices=DAYS, required=False)
    only = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Only these models"),
        queryset=Model.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None: all that you may use."),
    )
    requests_per_minute = forms.IntegerField(
        label=gettext_lazy("Requests per minute"),
        required=False,
        min_value=1,
        max_value=MOST_REQUESTS,
        help_text=gettext_lazy("Empty: as many as you may ask yourself. So it is with the others."),
    )
    tokens_per_day = forms.IntegerField(
        label=gettext_lazy("Tokens per day"),
        required=False,
        min_value=1,
        max_value=MOST_TOKENS,
    )
    money_per_month = forms.DecimalField(
        label=gettext_lazy("Money per month"),
        required=False,
        min_value=LEAST_MONEY,
        max_digits=MOST_DIGITS,
        decimal_places=DECIMALS,
    )
    currency = forms.ChoiceField(label=gettext_lazy("In this currency"), required=False)

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        only = self.fields["only"]
        assert isinstance(only, forms.ModelMultipleChoiceField)
        only.queryset = models = Model.objects.offered_to(user)
        currencies = self.fields["currency"]
        assert isinstance(currencies, forms.ChoiceField)
        found = models.exclude(currency="").order_by("currency").values_list("currency", flat=True)
        known = list(found.distinct()) or [DOLLARS]
        currencies.choices, currencies.initial = [(one, one) for one in known], known[0]

    def make(self, user: User) -> tuple[ApiKey, str]:
        """The key that it describes; TooMany."""
        given = self.cleaned_data
        days = given["days"]
        ends = timezone.now() + timedelta(days=int(days)) if days else None
        limits = {name: given[name] for name in LIMITED if given[name] is not None}
        limits["currency"] = given["currency"] or self.fields["currency"].initial
        return make_key(user, given["name"], limits, expires_at=ends, only=given["only"])


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def api_keys(request: HttpRequest) -> HttpResponse:
    """All keys of the person, and a form for a new one, which is shown in the answer alone."""
    user = person(request)
    form = KeyForm(user, request.POST if request.method == "POST" else None)
    secret = ""
    if form.is_bound and form.is_valid():
        try:
            key, secret = form.make(user)
        except TooMany:
            said = _("You have %(most)d keys, which is the most. Revoke one first.")
            form.add_error(None, said % {"most": MOST})
        else:
            record(user, key, "Made a key.")
            form = KeyForm(user)
    keys = ApiKey.objects.of(user).select_related("limit")
    context = {
        "form": form,
        "secret": secret,
        "keys": keys.prefetch_related("only", uses_of_this_month()),
        "base_url": request.build_absolute_uri("/v1"),
    }
    status = 422 if form.errors else 200
    return render(request, "conversations/api_keys.html", context, status=status)


@require_POST
@login_required
def revoke(request: HttpRequest, key_id: str) -> HttpResponse:
    """It lets nobody in any more, and stays in the list."""
    user = person(request)
    key = ApiKey.objects.of(user).filter(pk=key_id).first()
    if key is None:
        raise Http404
    if key.revoke():
        record(user, key, "Revoked a key.")
    messages.success(request, _("The key is revoked."))
    return redirect("conversations:api-keys")
