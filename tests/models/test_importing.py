"""What is uploaded becomes conversations, once, with a word on what was not taken."""

import base64
import errno
import io
import json
import logging
import os
import tempfile
import zipfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chatapp.accounts.models import User
from conversations.models import (
    ApiKey,
    Attachment,
    Conversation,
    Folder,
    Import,
    ImportedChat,
    KeyUse,
    Memory,
    Response,
    organising,
)
from conversations.models.archive_of_person import archive_of
from conversations.models.archives import Archive, BadArchive, documents
from conversations.models.attachment import folder
from conversations.models.belongings import bring
from conversations.models.export import as_json
from conversations.models.folder import MOST_FOLDERS
from conversations.models.importing import NotKept, run, sweep
from conversations.models.key_names import key_names
from conversations.models.key_use import this_month
from conversations.models.memory import remember
from conversations.models.search import search
from conversations.models.tagging import give
from conversations.protocol.imports.chat import FILE
from conversations.protocol.visibility import shared_response
from tests.support.models import make_conversation, make_response

pytestmark = pytest.mark.django_db

HERE = Path(__file__).parents[1] / "imports"
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


@pytest.fixture(autouse=True)
def data_dir(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path


def taken_in(owner: User, content: bytes, *, again: bool = False) -> Import:
    import_ = Import.objects.create(owner=owner, name="export", size=len(content), again=again)
    assert import_.receive(0, content)
    assert import_.claim()
    assert not import_.claim(), "somebody is at it"
    run(import_)
    import_.refresh_from_db()
    assert not import_.path.exists()
    return import_


def zipped(**files: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return file.getvalue()


def chatgpt() -> bytes:
    return zipped(
        **{
            "conversations.json": (HERE / "chatgpt.json").read_bytes(),
            "chat.html": b"<html>",
            "user.json": b"{}",
            "file-Abc123-bird.png": PNG,
            "dalle-generations/file_00000000abc-1234.png": PNG,
        }
    )


def test_a_zip_of_chatgpts_arrives_with_its_tree_its_pictures_and_its_code(owner: User) -> None:
    import_ = taken_in(owner, chatgpt())
    assert import_.status == "done"
    conversation = Conversation.objects.get()
    first, computed, slept, again = conversation.responses.order_by("id")
    assert conversation.selected_root == first
    assert (computed.previous_response, slept.previous_response) == (first, first)
    assert first.selected_child == slept
    assert again.retry_of == first
    picture = f"data:image/png;base64,{base64.b64encode(PNG).decode()}"
    assert first.input[0]["content"][0]["image_url"] == picture
    assert computed.output[1]["outputs"] == [{"type": "logs", "logs": "42\n"}]
    assert computed.output[2]["result"] == base64.b64encode(PNG).decode()
    assert f"{conversation.created_at:%Y-%m-%d}" == "2024-06-10"
    (chat,) = import_.chats.all()
    assert (chat.outcome, chat.answers) == ("taken", 4)
    assert chat.left == {"files": 1, "instructions": 1}


def test_what_was_taken_is_found(owner: User) -> None:
    taken_in(owner, chatgpt())
    assert len(search(owner, "burrows")["messages"]) == 1


def test_pictures_that_are_not_there_are_told_of(owner: User) -> None:
    import_ = taken_in(owner, (HERE / "chatgpt.json").read_bytes())
    assert import_.chats.get().left["missing_files"] == 2
    assert Response.objects.count() == 4


def test_twice_is_known_unless_it_is_wanted_again(owner: User) -> None:
    taken_in(owner, chatgpt())
    twice = taken_in(owner, chatgpt())
    assert twice.chats.get().outcome == "known"
    assert Conversation.objects.count() == 1
    taken_in(owner, chatgpt(), again=True)
    assert Conversation.objects.count() == 2
    Conversation.objects.all().delete()
    assert taken_in(owner, chatgpt()).chats.get().outcome == "taken"


def test_what_was_just_deleted_is_taken_anew(owner: User) -> None:
    before = taken_in(owner, chatgpt()).chats.get().conversation
    assert before is not None
    organising.delete([before.pk])
    assert taken_in(owner, chatgpt()).chats.get().outcome == "taken"


def test_promise_12_ids_of_somebody_elses_make_new_rows_and_touch_nothing(owner: User) -> None:
    bob = User.objects.create_user("bob")
    theirs = make_conversation(bob, "Theirs")
    make_response(theirs, "Mine?", "Bob's.")
    before = json.dumps(as_json(theirs), sort_keys=True)
    taken_in(owner, before.encode())
    theirs.refresh_from_db()
    assert json.dumps(as_json(theirs), sort_keys=True) == before
    mine = Conversation.objects.get(owner=owner)
    assert mine.pk != theirs.pk
    assert mine.responses.get().pk != theirs.responses.get().pk
    assert mine.responses.get().owner == owner


def shape(exported: dict[str, Any]) -> Any:
    """An export without what is of one copy alone: ids become places."""
    ids = {one["id"]: f"#{at}" for at, one in enumerate(exported["responses"])}
    text = json.dumps({**exported, "id": ""}, sort_keys=True)
    for id_, place in ids.items():
        text = text.replace(id_, place)
    plain = json.loads(text)
    for one in plain["responses"]:
        for name in ("client_key", "model_id", "sequence_number", "sent"):
            one.pop(name, None)
    return plain


def test_our_own_export_comes_back_as_it_went(owner: User) -> None:
    conversation = make_conversation(owner, "灯塔")
    first = make_response(
        conversation,
        "Where?",
        "At sea.",
        usage={"total_tokens": 3},
        rating="good",
        assistant_name="Ada",
    )
    second = make_response(
        conversation,
        "Where?",
        "",
        retry_of=first,
        status="failed",
        error={"code": "x", "message": "No."},
    )
    third = make_response(
        conversation,
        "And?",
        "Cut",
        first,
        status="incomplete",
        incomplete_details={"reason": "interrupted"},
    )
    make_response(conversation, "Go on", "off.", third, continues=True)
    make_response(conversation, "Other?", "Yes.", first, compacts=third)
    first.selected_child = third
    first.save()
    conversation.selected_root = second
    conversation.save()
    give(owner, [conversation.pk], "birds")
    exported = as_json(conversation)
    conversation.delete()
    taken_in(owner, json.dumps(exported).encode())
    assert shape(as_json(Conversation.objects.get())) == shape(exported)


def test_a_conversation_of_a_script_is_marked_as_such_wherever_it_is_taken(owner: User) -> None:
    make_response(make_conversation(owner, "Asked", key_name="Notebook"))
    make_response(make_conversation(owner, "Own"))
    content = b"".join(archive_of(owner))
    Conversation.objects.all().delete()
    taken_in(owner, content)
    marks = Conversation.objects.order_by("title").values_list("title", "key_name")
    assert list(marks) == [("Asked", "Notebook"), ("Own", "")]
    assert key_names(owner) == ["Notebook"]


def test_a_mark_that_somebody_wrote_into_the_file_is_only_a_name(owner: User) -> None:
    exported = as_json(make_response(make_conversation(owner)).conversation)
    Conversation.objects.all().delete()
    for name in ("k" * 500, 3, None, ["a"]):
        taken_in(owner, json.dumps({**exported, "id": repr(name), "key_name": name}).encode())
    names = Conversation.objects.values_list("key_name", flat=True)
    assert sorted(names) == ["", "", "", "k" * 80]


def test_what_is_known_of_my_keys_is_in_it_but_no_key(owner: User) -> None:
    key, secret = ApiKey.make(owner, "Notebook")
    KeyUse.objects.create(key=key, month=this_month(), currency="USD", answers=2, cost=1)
    ApiKey.make(User.objects.create_user("bob"), "Bob's")
    with zipfile.ZipFile(io.BytesIO(b"".join(archive_of(owner)))) as archive:
        content = archive.read("api_keys.json").decode()
    (told,) = json.loads(content)
    assert (told["name"], told["uses"][0]["answers"]) == ("Notebook", 2)
    assert secret not in content
    assert key.digest not in content


def test_everything_of_mine_comes_back(owner: User) -> None:
    for number in range(3):
        make_response(make_conversation(owner, f"Chat {number}"), "What?", f"Answer {number}.")
    make_response(make_conversation(User.objects.create_user("bob"), "Bob's"))
    content = b"".join(archive_of(owner))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        assert len(json.loads(archive.read("conversations.json"))) == 3
        assert sum(name.startswith("markdown/") for name in names) == 3
        assert "bob" not in archive.read("conversations.json").decode().lower()
    before = [
        shape(as_json(one)) for one in Conversation.objects.filter(owner=owner).order_by("pk")
    ]
    Conversation.objects.filter(owner=owner).delete()
    import_ = taken_in(owner, content)
    assert import_.chats.filter(outcome="taken").count() == 3
    after = [shape(as_json(one)) for one in Conversation.objects.filter(owner=owner).order_by("pk")]
    assert after == before


def test_nothing_of_a_temporary_conversation_is_in_it(owner: User) -> None:
    lasting = make_conversation(owner, "Lasting")
    passing = make_conversation(owner, "Passing", expires_at=timezone.now() + timedelta(hours=1))
    files = {}
    for conversation in (lasting, passing):
        name = f"{conversation.title}.txt"
        file = Attachment.objects.create(owner=owner, name=name, size=1, sha256="")
        file.path.write_bytes(b"a")
        make_response(conversation).attachments.add(file)
        files[conversation] = file
    make_response(lasting).attachments.add(files[lasting])
    with zipfile.ZipFile(io.BytesIO(b"".join(archive_of(owner)))) as archive:
        (exported,) = json.loads(archive.read("conversations.json"))
        names = archive.namelist()
    assert exported["title"] == "Lasting"
    assert [name for name in names if name.endswith(".txt")] == [
        f"files/{files[lasting].pk}/Lasting.txt"
    ]
    assert not any("passing" in name.lower() for name in names)


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+00:00", "9999-12-31T23:59:59+00:00"])
def test_dates_at_the_ends_of_the_calendar_are_not_taken(owner: User, moment: str) -> None:
    exported = as_json(make_response(make_conversation(owner)).conversation)
    exported |= {"created_at": moment, "updated_at": moment}
    exported["responses"][0]["created_at"] = datetime.fromisoformat(moment).timestamp()
    Conversation.objects.all().delete()
    taken_in(owner, json.dumps(exported).encode())
    conversation = Conversation.objects.get()
    for one in (conversation, conversation.responses.get()):
        assert 1970 <= one.created_at.year <= timezone.now().year


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"PK\x03\x04 no zip", "json"),
        (b"[{", "json"),
        (b"", "json"),
        (b"[]", "nothing"),
        (b'[{"mapping": {', "json"),
        (zipped(readme=b"nothing"), "nothing"),
        (b"[" * 100_000, "json"),
    ],
)
def test_a_bad_file_is_named_as_such(owner: User, content: bytes, reason: str) -> None:
    import_ = Import.objects.create(owner=owner, size=len(content))
    import_.receive(0, content)
    import_.claim()
    run(import_)
    import_.refresh_from_db()
    assert (import_.status, import_.reason) == ("failed", reason)


def test_one_bad_conversation_leaves_the_others(owner: User) -> None:
    (good,) = json.loads((HERE / "chatgpt.json").read_text())
    import_ = taken_in(owner, json.dumps([3, {"title": "Odd"}, good]).encode())
    assert [(one.outcome, one.reason) for one in import_.chats.order_by("number")] == [
        ("unreadable", "unknown"),
        ("unreadable", "unknown"),
        ("taken", ""),
    ]


def test_an_import_whose_process_died_goes_on_after_what_was_taken(owner: User) -> None:
    chats = json.loads((HERE / "openwebui.json").read_text())
    content = json.dumps([*chats, {**chats[0], "id": "other"}]).encode()
    import_ = Import.objects.create(owner=owner, size=len(content))
    import_.receive(0, content)
    import_.claim()
    stops = iter([False, True])
    run(import_, lambda: next(stops))
    assert import_.chats.count() == 1
    Import.objects.update(beaten_at="2020-01-01T00:00:00Z")
    assert import_.claim()
    run(import_)
    assert Conversation.objects.count() == import_.chats.count() == 2


def test_uploads_are_not_where_stray_files_are_swept(owner: User) -> None:
    import_ = Import.objects.create(owner=owner, size=3)
    import_.receive(0, b"abc")
    assert folder() not in import_.path.parents
    import_.discard()


def test_uploads_that_nobody_sends_on_are_swept(owner: User) -> None:
    half, whole = (Import.objects.create(owner=owner, size=6) for _ in range(2))
    half.receive(0, b"abc")
    whole.receive(0, b"abcdef")
    assert whole.claim()
    bobs = Import.objects.create(owner=User.objects.create_user("bob"), size=6)
    bobs.receive(0, b"abc")
    bobs.owner.delete()
    assert sweep() == 0
    assert sweep(timezone.now() + timedelta(days=1, hours=1)) == 2
    assert list(Import.objects.all()) == [whole]
    assert list(whole.path.parent.iterdir()) == [whole.path]


def test_one_that_was_done_meanwhile_stays_done(owner: User) -> None:
    import_ = taken_in(owner, chatgpt())
    run(import_)
    import_.refresh_from_db()
    assert import_.status == "done"


def test_pieces_are_taken_in_their_order(owner: User) -> None:
    import_ = Import.objects.create(owner=owner, size=6)
    assert not import_.receive(3, b"def")
    assert import_.receive(0, b"abc")
    assert not import_.claim()
    assert not import_.receive(3, b"defg"), "more than was said"
    assert import_.receive(3, b"def")
    assert import_.path.read_bytes() == b"abcdef"
    import_.discard()


def test_a_zip_that_swells_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("conversations.models.archives.MAX_DOCUMENT", 1000)
    with pytest.raises(BadArchive, match="too_large"):
        list(documents(io.BytesIO(b'["' + b"a" * 3_000_000)))
    with pytest.raises(BadArchive, match="too_large"):
        list(documents(io.BytesIO(b"[1," + b"1," * 3_000_000), 2_000_000))


def test_many_files_that_swell_are_refused_like_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("conversations.models.archives.MAX_UNPACKED", 2_500_000)
    blank = b"[" + b" " * 1_000_000 + b"]"
    file = tmp_path / "blank.zip"
    file.write_bytes(zipped(**{f"conversations-{number}.json": blank for number in range(3)}))
    with pytest.raises(BadArchive, match="too_large"):
        list(Archive(file).documents())


def test_a_document_that_swells_when_it_is_parsed_is_refused() -> None:
    with pytest.raises(BadArchive, match="too_large"):
        list(documents(io.BytesIO(b"[[" + b"{}," * 3_000_000 + b"1]]")))


@pytest.mark.parametrize("at", range(12))
def test_a_damaged_zip_ends_its_import(owner: User, at: int) -> None:
    content = bytearray(chatgpt())
    content[len(content) * at // 12 + 5] ^= 0xFF
    import_ = Import.objects.create(owner=owner, size=len(content))
    import_.receive(0, bytes(content))
    import_.claim()
    run(import_)
    import_.refresh_from_db()
    assert import_.status in ("done", "failed")


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_whatever_is_damaged_in_a_zip_it_is_read_or_refused(data: st.DataObject) -> None:
    content = bytearray(chatgpt())
    for _ in range(data.draw(st.integers(1, 3))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    with tempfile.NamedTemporaryFile() as file:
        Path(file.name).write_bytes(content)
        try:
            archive = Archive(Path(file.name))
            list(archive.documents())
        except BadArchive:
            return
        archive.asset("file-Abc123")
        archive.close()


def test_an_upload_that_is_gone_ends_its_import(owner: User) -> None:
    import_ = Import.objects.create(owner=owner, size=3)
    import_.receive(0, b"[1]")
    import_.claim()
    import_.discard()
    run(import_)
    import_.refresh_from_db()
    assert (import_.status, import_.reason) == ("failed", "gone")


def test_a_moment_beyond_all_numbers_is_none(owner: User) -> None:
    (good,) = json.loads((HERE / "chatgpt.json").read_text())
    import_ = taken_in(owner, json.dumps([{**good, "create_time": 10**400}]).encode())
    assert import_.chats.get().outcome == "taken"


def test_documents_come_one_after_the_other_however_long_they_are() -> None:
    wanted = [{"text": "灯" * number} for number in (1, 900_000, 2)]
    file = io.BytesIO(json.dumps(wanted, ensure_ascii=False).encode())
    assert list(documents(file)) == wanted


def test_imports_of_a_person_are_theirs(owner: User) -> None:
    taken_in(owner, chatgpt())
    assert not Import.objects.visible_to(User.objects.create_user("bob")).exists()
    assert ImportedChat.objects.count() == 1


def test_a_piece_that_comes_late_a_second_time_changes_nothing(owner: User) -> None:
    import_ = Import.objects.create(owner=owner, size=6)
    late = Import.objects.get()
    assert import_.receive(0, b"abc")
    assert import_.receive(3, b"def")
    assert not late.receive(0, b"abc")
    assert late.received == 0, "it was not taken"
    assert import_.path.read_bytes() == b"abcdef"


def test_a_piece_of_an_upload_that_was_given_up_is_not_taken(owner: User) -> None:
    import_ = Import.objects.create(owner=owner, size=6)
    assert import_.receive(0, b"abc")
    import_.discard()
    assert not import_.receive(3, b"def")
    assert not import_.path.exists()


def test_one_picture_named_often_is_no_bomb(owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("conversations.models.importing.MAX_PICTURES", 2 * len(PNG))
    (chat,) = json.loads((HERE / "chatgpt.json").read_text())
    (picture, _) = chat["mapping"]["question"]["message"]["content"]["parts"]
    chat["mapping"]["question"]["message"]["content"]["parts"] = [picture] * 5
    files = {"conversations.json": json.dumps([chat]).encode(), "file-Abc123-bird.png": PNG}
    import_ = taken_in(owner, zipped(**files))
    stored = sum(json.dumps(row.input).count("image_url") for row in Response.objects.all())
    assert stored == 2
    assert import_.chats.get().left["many_files"] >= 3


def test_one_question_with_many_answers_is_no_bomb(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("conversations.protocol.imports.threads.MAX_STORED", 100_000)
    (chat,) = json.loads((HERE / "chatgpt.json").read_text())
    nodes = chat["mapping"]
    nodes["question"]["message"]["content"]["parts"] = ["word " * 1000]
    for number in range(50):
        nodes[f"again-{number}"] = {**nodes["answer-again"], "id": f"again-{number}"}
        nodes["question"]["children"].append(f"again-{number}")
    entry = taken_in(owner, json.dumps([chat]).encode()).chats.get()
    assert (entry.outcome, entry.reason) == ("unreadable", "too_large")


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["type", "role", "content", "text", FILE, "file_id", "summary"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@pytest.mark.django_db(transaction=True)
@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(VALUES, VALUES, VALUES)
def test_whatever_stands_in_our_format_its_import_ends(
    owner: User, asked: Any, answered: Any, facts: Any
) -> None:
    row = {"id": "a", "input": [asked, {"type": "message", "role": "user", "content": [asked]}]}
    row |= {"output": [answered, {"type": "message", "content": [answered]}], "usage": facts}
    document = {"format": "chatapp.conversation", "version": 1, "responses": [row]}
    content = json.dumps([document]).encode()
    import_ = Import.objects.create(owner=owner, size=len(content))
    import_.receive(0, content)
    import_.claim()
    run(import_)
    import_.refresh_from_db()
    assert import_.status == "done"
    for conversation in Conversation.objects.all():
        as_json(conversation)
        list(map(shared_response, as_json(conversation)["responses"]))
        conversation.delete()


def full_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on the first half of what is written to an upload fits, and then no more."""
    opened = os.fdopen

    def full(descriptor: int, mode: str) -> Any:
        file = opened(descriptor, mode)
        write = file.write

        class Full:
            def __enter__(self) -> "Full":
                return self

            def __exit__(self, *_: Any) -> None:
                file.close()

            def seek(self, at: int) -> None:
                file.seek(at)

            def write(self, piece: bytes) -> None:
                write(piece[: len(piece) // 2])
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        return Full()

    monkeypatch.setattr("conversations.models.importing.os.fdopen", full)


def test_on_a_full_disk_an_import_fails_and_nothing_half_written_stays(
    owner: User, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    import_ = Import.objects.create(owner=owner, size=6)
    assert import_.receive(0, b"abc")
    full_disk(monkeypatch)
    with caplog.at_level(logging.ERROR), pytest.raises(NotKept):
        import_.receive(3, b"def")
    (record,) = caplog.records
    assert record.getMessage() == (
        f"{import_.pk}: the upload could not be kept: No space left on device"
    )
    import_.refresh_from_db()
    assert (import_.status, import_.reason) == ("failed", "not_kept")
    assert not import_.path.exists()
    assert not import_.receive(3, b"def"), "it is over"
    assert not import_.claim()


def test_what_there_is_to_take_is_counted_before_it_is_taken(owner: User) -> None:
    one = json.loads((HERE / "chatgpt.json").read_bytes())
    several = json.dumps([*one, {}, *one]).encode()
    assert taken_in(owner, several).total == len(one) * 2 + 1
    cut = taken_in(owner, several[:-9])
    assert (cut.status, cut.reason) == ("failed", "json")
    assert (cut.total, cut.chats.count()) == (len(one) + 1, len(one) + 1)


def test_who_is_stopped_while_counting_leaves_it_to_another(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("conversations.models.importing.COUNTED", 1)
    content = (HERE / "chatgpt.json").read_bytes()
    import_ = Import.objects.create(owner=owner, size=len(content))
    assert import_.receive(0, content)
    assert import_.claim()
    run(import_, stopped=lambda: True)
    import_.refresh_from_db()
    assert (import_.status, import_.total) == ("running", None)
    run(import_)
    import_.refresh_from_db()
    assert (import_.status, import_.total) == ("done", 1)


def test_folders_and_memory_come_back_once_and_what_is_here_is_left_as_it_is(owner: User) -> None:
    work = Folder.objects.create(owner=owner, name="Work", instructions="Be brief.")
    Folder.objects.create(owner=owner, name="Empty")
    remember(owner, ["Likes birds.", "Lives in Oslo."])
    make_response(make_conversation(owner, "Filed", folder=work))
    make_response(make_conversation(owner, "Loose"))
    bob = User.objects.create_user("bob")
    remember(bob, ["Bob's secret."])
    content = b"".join(archive_of(owner))
    assert b"secret" not in zipfile.ZipFile(io.BytesIO(content)).read("memory.json")
    remember(bob, ["likes BIRDS"])
    Folder.objects.create(owner=bob, name="Work", instructions="Bob's own.")

    import_ = taken_in(bob, content)
    assert import_.brought == {"folders": 1, "folders_known": 1, "notes": 1, "notes_known": 1}
    texts = list(Memory.objects.of(bob).values_list("text", flat=True))
    assert texts == ["Bob's secret.", "likes BIRDS", "Lives in Oslo."]
    theirs = Folder.objects.visible_to(bob)
    assert [(one.name, one.instructions) for one in theirs] == [
        ("Empty", ""),
        ("Work", "Bob's own."),
    ]
    filed = Conversation.objects.get(owner=bob, title="Filed")
    assert filed.folder == theirs.get(name="Work")
    assert Conversation.objects.get(owner=bob, title="Loose").folder is None

    again = taken_in(bob, content)
    assert again.brought == {"folders_known": 2, "notes_known": 2}
    assert (theirs.count(), Memory.objects.of(bob).count()) == (2, 3)
    assert Conversation.objects.filter(owner=bob).count() == 2
    ours = Folder.objects.visible_to(owner).values_list("name", "instructions")
    assert list(ours) == [("Empty", ""), ("Work", "Be brief.")]


def test_instructions_of_a_folder_come_with_it_and_its_files_are_told_of(owner: User) -> None:
    folder_ = Folder.objects.create(owner=owner, name="Work", instructions="Be brief.")
    file = Attachment.objects.create(owner=owner, name="a.txt", size=1, sha256="", folder=folder_)
    file.path.parent.mkdir(parents=True, exist_ok=True)
    file.path.write_bytes(b"a")
    content = b"".join(archive_of(owner))
    (exported,) = json.loads(zipfile.ZipFile(io.BytesIO(content)).read("folders.json"))
    assert exported["files"] == [f"files/{file.pk}/a.txt"]
    bob = User.objects.create_user("bob")
    import_ = taken_in(bob, content)
    assert (import_.status, import_.brought) == ("done", {"folders": 1, "files_left": 1})
    assert Folder.objects.visible_to(bob).get().instructions == "Be brief."


@pytest.mark.parametrize(
    ("name", "instructions"), [("", ""), ("x" * 81, ""), ("Work", "x" * 20_001)]
)
def test_a_folder_that_can_not_be_is_not_taken(owner: User, name: str, instructions: str) -> None:
    assert bring(owner, [{"name": name, "instructions": instructions}], {"no": "list"}) == {
        "folders_left": 1
    }
    assert not Folder.objects.exists()


def test_of_folders_and_notes_without_end_no_more_are_looked_at_than_there_can_be(
    owner: User,
) -> None:
    with CaptureQueriesContext(connection) as queries:
        brought = bring(owner, [{}] * 5_000, [{}] * 5_000)
    assert brought == {"folders_left": 5_000, "notes_left": 5_000}
    assert len(queries) < 2 * MOST_FOLDERS


def test_a_conversation_whose_folder_can_not_be_is_taken_without_it(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_response(
        conversation := make_conversation(
            owner, "Filed", folder=Folder.objects.create(owner=owner, name="Work")
        )
    )
    exported = json.dumps(as_json(conversation)).encode()
    monkeypatch.setattr("conversations.models.belongings.MOST_FOLDERS", 0)
    import_ = taken_in(User.objects.create_user("bob"), exported)
    assert import_.chats.get().left == {"folders": 1}
    assert Conversation.objects.get(owner__username="bob").folder is None


def test_where_nothing_is_remembered_no_note_is_taken(owner: User, settings: Any) -> None:
    settings.MEMORY = False
    assert bring(owner, None, [{"text": "Likes birds."}, {"text": 3}]) == {"notes_left": 2}
    assert not Memory.objects.exists()


@pytest.mark.parametrize("content", [b"{", b"[3, null, {}]", b'{"a": 1}', b'"\xff"'])
def test_damaged_folders_and_notes_leave_the_conversations(owner: User, content: bytes) -> None:
    one = (HERE / "chatgpt.json").read_bytes()
    files = {"conversations.json": one, "folders.json": content, "memory.json": content}
    assert taken_in(owner, zipped(**files)).status == "done"
    assert Conversation.objects.count() == 1
    assert not Folder.objects.exists()
    assert not Memory.objects.exists()
