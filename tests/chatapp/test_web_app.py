"""What a browser needs to install the app."""

import re
import struct
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from chatapp.settings import BASE_DIR

PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
def manifest() -> Any:
    answer = Client().get("/manifest.webmanifest")
    assert answer.headers["Content-Type"] == "application/manifest+json"
    return answer.json()


def test_a_browser_without_a_cookie_gets_what_installing_needs(manifest: Any) -> None:
    assert manifest["name"] == "Chatapp"
    assert manifest["start_url"] == manifest["id"] == "/"
    assert manifest["display"] == "standalone"


def test_each_icon_is_a_picture_of_the_size_it_claims(manifest: Any) -> None:
    claimed = {(icon["purpose"], icon["sizes"]) for icon in manifest["icons"]}
    assert claimed == {
        (purpose, size) for purpose in ("any", "maskable") for size in ("192x192", "512x512")
    }
    for icon in manifest["icons"]:
        width, height = size_of(icon["src"])
        assert icon["sizes"] == f"{width}x{height}"


@pytest.mark.django_db
def test_every_page_links_to_it_and_to_an_icon_for_home_screens() -> None:
    page = Client().get("/accounts/sign-in/").content.decode()
    assert 'rel="manifest" href="/manifest.webmanifest"' in page
    touch = re.search('rel="apple-touch-icon" href="([^"]+)"', page)
    assert touch
    assert size_of(touch[1]) == (180, 180)


@pytest.mark.django_db
def test_the_frame_has_the_page_s_colour_light_and_dark() -> None:
    page = Client().get("/accounts/sign-in/").content.decode()
    light, dark = re.findall('name="theme-color" content="([^"]+)"', page)
    style = (BASE_DIR / "static/chat/style.css").read_text()
    assert f"--paper: light-dark({light}, {dark});" in style


def size_of(address: str) -> tuple[int, int]:
    plain = re.sub(r"\.[0-9a-f]{12}(\.\w+)$", r"\1", address.removeprefix("/static/"))
    found = finders.find(plain)
    assert isinstance(found, str)
    content = Path(found).read_bytes()
    assert content.startswith(PNG)
    width, height = struct.unpack(">II", content[16:24])
    return width, height
