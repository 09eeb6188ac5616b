"""The admin site: our own sign-in, and a policy that its scripts can work under."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from csp.decorators import csp_replace
from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

View = TypeVar("View", bound=Callable[..., Any])

# jQuery, which Django's admin uses, writes plain strings into the page. Scripts and styles still
# come from this server alone.
WITHOUT_TRUSTED_TYPES = {"require-trusted-types-for": None, "trusted-types": None}


class ReviewSite(admin.AdminSite):
    site_header = _("Chatapp review")
    site_title = _("Chatapp review")
    index_title = _("Review and configuration")
    enable_nav_sidebar = False

    def admin_view(self, view: View, cacheable: bool = False) -> View:
        relax = cast("Callable[[View], View]", csp_replace(WITHOUT_TRUSTED_TYPES))
        return relax(super().admin_view(view, cacheable))

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Sign in where everybody does, so that one throttle guards every password.

        Somebody who is signed in and no staff is told nothing about what would be here.
        """
        if request.user.is_authenticated and not self.has_permission(request):
            raise Http404
        return redirect_to_login(request.GET.get("next", request.get_full_path()))

    def password_change(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        return redirect("accounts:password")


site = ReviewSite(name="admin")
