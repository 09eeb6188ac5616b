"""The application as a server runs it: pages, static files, the socket."""

import os
from typing import Any, cast

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatapp.settings")

import django

django.setup()

from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import OriginValidator
from django.conf import settings
from django.core.handlers.asgi import ASGIHandler
from django.urls import path, re_path

from chatapp.lifespan import lifespan
from chatapp.sockets import SocketAccessMiddleware
from chatapp.static_files import serve_static
from conversations.consumers.socket import NoSuchSocket, Socket
from conversations.gateway.socket import ApiSocket

pages = serve_static(ASGIHandler(), settings.STATIC_ROOT)

# Django's routes, for Channels' applications: their types know nothing of each other.
socket, no_such_socket = cast("tuple[Any, Any]", (Socket.as_asgi(), NoSuchSocket.as_asgi()))
routes: list[Any] = [path("ws", socket), re_path("", no_such_socket)]
pages_sockets = OriginValidator(SocketAccessMiddleware(URLRouter(routes)), settings.ORIGINS)

# A key lets scripts in, which no page can send along: where they come from is of no matter.
scripts: Any = re_path(r"^v1/responses/?$", cast("Any", ApiSocket.as_asgi()))
sockets = URLRouter([scripts, re_path("", cast("Any", pages_sockets))])

application = ProtocolTypeRouter({"http": pages, "websocket": sockets, "lifespan": lifespan})
