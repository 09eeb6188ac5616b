"""The addresses of the API, each with and without a slash at its end: clients follow no redirect
with a body.
"""

from django.urls import re_path

from conversations.gateway import models, responses
from conversations.gateway.entry import endpoint

urlpatterns = [
    re_path(r"^models/?$", endpoint(get=models.models)),
    re_path(r"^models/(?P<model_id>[^?]+?)/?$", endpoint(get=models.model)),
    re_path(r"^responses/?$", endpoint(post=responses.create)),
    re_path(r"", endpoint()),
]
