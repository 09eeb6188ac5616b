"""What is found in a file, and which are not taken: each looked at in a process of its own."""

import io
import time
from pathlib import Path

import pytest
from PIL import Image

from conversations.files.checking import NotTaken, check
from conversations.files.kinds import KINDS, kind_of, safe_name
from tests.support.uploads import archive, docx, huge_png, pdf, picture, xlsx


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "incoming"


def refusal(path: Path, data: bytes, name: str) -> str:
    path.write_bytes(data)
    with pytest.raises(NotTaken) as caught:
        check(path, name)
    return caught.value.reason


@pytest.mark.parametrize(
    ("name", "form"), [("a.png", "PNG"), ("a.JPG", "JPEG"), ("a.gif", "GIF"), ("a.webp", "WEBP")]
)
def test_a_picture_is_measured_and_has_a_thumbnail(file: Path, name: str, form: str) -> None:
    file.write_bytes(picture(form, (900, 600)))
    found = check(file, name)
    assert (found.width, found.height) == (900, 600)
    with Image.open(file.with_name("incoming.thumbnail")) as small:
        assert max(small.size) == 480


def test_a_picture_larger_than_models_look_at_has_a_smaller_one_to_send(file: Path) -> None:
    file.write_bytes(picture("JPEG", (3000, 1500)))
    check(file, "a.jpg")
    with Image.open(file.with_name("incoming.sent")) as smaller:
        assert smaller.size == (2048, 1024)


def test_where_and_with_what_a_photograph_was_taken_is_removed(file: Path) -> None:
    with Image.open(io.BytesIO(picture("JPEG"))) as photograph:
        exif = photograph.getexif()
        exif[0x0110] = "Camera 9"
        exif.get_ifd(0x8825)[2] = (48.0, 8.0, 0.0)
        photograph.save(file, "JPEG", exif=exif, comment=b"at home")
    check(file, "a.jpg")
    data = file.read_bytes()
    assert b"Camera 9" not in data
    assert b"at home" not in data
    with Image.open(file) as rewritten:
        assert not rewritten.getexif()


def test_a_photograph_taken_sideways_is_upright(file: Path) -> None:
    with Image.open(io.BytesIO(picture("JPEG", (60, 40)))) as photograph:
        exif = photograph.getexif()
        exif[0x0112] = 6
        photograph.save(file, "JPEG", exif=exif)
    found = check(file, "a.jpg")
    assert (found.width, found.height) == (40, 60)


def test_of_a_phones_picture_with_others_in_it_the_picture_is_kept(file: Path) -> None:
    out, more = io.BytesIO(), Image.new("RGB", (32, 24), "red")
    Image.new("RGB", (64, 48)).save(out, "MPO", save_all=True, append_images=[more])
    file.write_bytes(out.getvalue())
    found = check(file, "phone.jpg")
    assert (found.width, found.height) == (64, 48)
    with Image.open(file) as kept:
        assert kept.format == "JPEG"


def test_what_was_hidden_behind_a_picture_is_removed(file: Path) -> None:
    file.write_bytes(picture("GIF") + b"*/=1;alert(document.cookie)//")
    check(file, "a.gif")
    assert b"alert" not in file.read_bytes()


def test_a_moving_picture_goes_on_moving(file: Path) -> None:
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "green", "blue")]
    frames[0].save(file, "GIF", save_all=True, append_images=frames[1:], duration=80)
    check(file, "a.gif")
    with Image.open(file) as moving:
        assert getattr(moving, "n_frames", 1) == 3


@pytest.mark.parametrize(
    "data",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<!doctype html><script>alert(1)</script>",
        pdf("x"),
        archive(a="b"),
        b"MZ\x90\0",
        picture("GIF"),
    ],
    ids=["svg", "html", "pdf", "zip", "exe", "gif"],
)
def test_43_what_is_renamed_to_a_png_is_refused(file: Path, data: bytes) -> None:
    assert refusal(file, data, "innocent.png") == "disagrees"


def test_43_a_pdf_renamed_to_a_text_is_refused(file: Path) -> None:
    assert refusal(file, pdf("x"), "notes.txt") == "disagrees"


@pytest.mark.parametrize("name", ["a.exe", "a.zip", "a", "a.png.scr", ".htaccess", "a.docm"])
def test_43_other_types_are_not_taken(name: str) -> None:
    assert kind_of(name) is None


def test_43_what_a_browser_might_run_is_served_as_plain_text() -> None:
    for end in ("svg", "html", "htm", "xml", "js", "mjs", "css"):
        assert KINDS[end].served_as == "text/plain; charset=utf-8"
    shown = {kind.served_as for kind in KINDS.values() if kind.is_image}
    assert shown == {"image/png", "image/jpeg", "image/gif", "image/webp"}


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\secret\\x.txt", "x.txt"),
        ("a\0b\r\nSet-Cookie: c.txt", "abSet-Cookie: c.txt"),
        ("photo\u202egnp.exe.txt", "photognp.exe.txt"),
        ("x" * 300 + ".txt", "x" * 196 + ".txt"),
    ],
)
def test_44_a_name_is_only_a_name(given: str, kept: str) -> None:
    assert safe_name(given) == kept


def test_45_a_picture_of_50_000_by_50_000_is_refused_at_once(file: Path) -> None:
    began = time.monotonic()
    assert refusal(file, huge_png(50_000, 50_000), "a.png") == "pixels"
    assert time.monotonic() - began < 5


def test_45_a_document_that_unpacks_to_a_gigabyte_is_refused(file: Path) -> None:
    data = archive(**{"word/document.xml": b"<w>" + b" " * 150_000_000 + b"</w>"})
    assert len(data) < 1_000_000
    assert refusal(file, data, "a.docx") == "broken"


def test_45_a_document_that_names_other_files_is_refused(file: Path) -> None:
    document = '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><d>&x;</d>'
    assert refusal(file, docx(document=document), "a.docx") == "broken"


def test_45_a_pdf_of_10_000_pages_is_refused(file: Path) -> None:
    assert refusal(file, pdf(*["x"] * 10_000), "a.pdf") == "pages"


def test_a_pdf_is_read_page_by_page(file: Path) -> None:
    file.write_bytes(pdf("First page", "Second page"))
    found = check(file, "a.pdf")
    assert found.pages == 2
    assert found.text == "First page\fSecond page"


def test_a_page_without_text_counts_and_a_pdf_without_any_has_none(file: Path) -> None:
    file.write_bytes(pdf("First page", "", "Third page"))
    assert check(file, "a.pdf").text == "First page\f\fThird page"
    file.write_bytes(pdf("", ""))
    assert check(file, "a.pdf").text == ""


@pytest.mark.parametrize("data", [b"%PDF-1.4 nothing follows", b"%PDF-"])
def test_a_damaged_pdf_is_refused(file: Path, data: bytes) -> None:
    assert refusal(file, data, "a.pdf") == "broken"


def test_a_word_file_is_read_by_paragraphs(file: Path) -> None:
    file.write_bytes(docx("Dear all,", "Grüße"))
    assert check(file, "letter.docx").text == "Dear all,\nGrüße"


def test_an_excel_file_is_read_by_rows_and_cells(file: Path) -> None:
    file.write_bytes(xlsx())
    assert check(file, "towns.xlsx").text == "Town\tPeople\nUlm\t126000"


def test_an_archive_that_is_no_document_is_refused(file: Path) -> None:
    assert refusal(file, archive(a="b"), "a.docx") == "broken"
    assert refusal(file, archive(a="b"), "a.xlsx") == "broken"


def test_a_text_is_its_own_text(file: Path) -> None:
    file.write_bytes("\ufeff城市,人口\n".encode())
    assert check(file, "towns.csv").text == "城市,人口\n"


@pytest.mark.parametrize("data", [b"caf\xe9", b"a\0b"])
def test_what_is_no_text_is_refused(file: Path, data: bytes) -> None:
    assert refusal(file, data, "a.txt") == "encoding"
