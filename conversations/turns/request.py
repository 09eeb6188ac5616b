"""What a person asks for, checked and stored before anybody is called."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.db.models import Case, F, When

from conversations.models import (
    ApiKey,
    Assistant,
    Conversation,
    Folder,
    McpServer,
    Model,
    Response,
)
from conversations.models.beside import asked_together, put_beside, settle
from conversations.models.memory import recalled
from conversations.models.retention import may_be_kept
from conversations.models.search_entry import index
from conversations.models.temporary import expiry
from conversations.protocol.approvals import answers_in
from conversations.protocol.chain import build_request
from conversations.protocol.compaction import TRIGGER
from conversations.protocol.items import Item, user_message
from conversations.protocol.settings import flattened, nested
from conversations.turns.conversing import behind, name_by, title_of
from conversations.turns.deciding import decide
from conversations.turns.errors import RequestError as RequestError
from conversations.turns.files import keep_files, with_own_files
from conversations.turns.folder_files import give
from conversations.turns.limiting import count_requests, may_ask
from conversations.turns.outgoing import steps_of
from conversations.turns.searching import leave_out_impossible

if TYPE_CHECKING:
    from chatapp.accounts.models import User

TOOLS_HERE = ("functions", "mcp_servers")
GO_ON = "Go on exactly where your last answer broke off, and repeat nothing of it."


@dataclass(frozen=True)
class NewResponse:
    """A `response.create`: where in the tree, what is asked, and of which model.

    `retry_of` names an answer to make again; else `continues` one that was cut, to be completed;
    else `compacts` one up to which the conversation is to be compacted, on a branch of its own;
    else `previous_response_id` the answer to go on from; else `conversation_id` the conversation
    to begin anew in, or `at_end` to go on in behind all that is shown; else it is a new one, which
    may be `temporary` or in a folder, `folder_id`.
    A message to an answer that still runs waits for its end, behind those that wait already; one
    that is meant as a `branch` only for the answer itself.
    An `input` that decides what the answer asks for follows that one alone; the tools of the
    requests `always` names are allowed from now on.
    An assistant brings its model, unless another one is named, and what it is asked with.
    The models `beside` that of `model_id` answer the same, side by side with it. With `only_this`
    no other model answers where that one can't.
    `time_zone` is where the person is, as IANA names it.
    `chosen` are the parameters that the person set, by dotted name; `instructions` and `settings`
    are ours, and go before them.
    What a script asks has the `api_key` it came with, and what it `asked` for, to be told again. It
    is told nothing of its person's, neither what is remembered of them nor what holds in a folder.
    A `temporary` one of a script's is told again what it follows, apart from it.
    """

    owner: "User"
    client_key: str
    input: list[dict[str, Any]] = field(default_factory=list)
    always: Sequence[str] = ()
    model_id: str | None = None
    assistant_id: str | None = None
    beside: Sequence[str] = ()
    conversation_id: str | None = None
    at_end: bool = False
    previous_response_id: str | None = None
    retry_of: str | None = None
    continues: str | None = None
    compacts: str | None = None
    branch: bool = False
    background: bool | None = None
    only_this: bool = False
    temporary: bool = False
    time_zone: str = ""
    folder_id: str | None = None
    instructions: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)
    chosen: Mapping[str, Any] = field(default_factory=dict)
    api_key: ApiKey | None = None
    asked: Mapping[str, Any] | None = None


def store(new: NewResponse, worker: str) -> tuple[Response, bool]:
    """Store the question, to be answered by `worker`, and say whether it is new; the same client
    key is stored once. Of several models' answers this is the first, which is shown; the others
    are its `companions`.

    RequestError when it names what is not there, or when its person or key has asked enough.
    """
    if found := _stored(new):
        return found, False
    number = 1 + len(new.beside)
    held = may_ask(new.owner.pk, new.api_key.pk if new.api_key else None, number)
    try:
        with transaction.atomic():
            response = _create(new, worker)
            _create_companions(response, new, worker)
            _show(response)
            count_requests(held, number)
            return response, True
    except IntegrityError:
        # Sent twice at the same moment: the other one was first.
        if found := _stored(new):
            return found, False
        raise


def drafted(new: NewResponse) -> Response:
    """What a message would be stored as, not stored; RequestError as with `store`."""
    if new.at_end:
        new = _behind_all(new, locks=False)
    items = with_own_files(new.owner, new.input)
    response = Response(
        owner=new.owner, input=items, chosen=dict(new.chosen), asked=_asked_by_script(new)
    )
    if new.previous_response_id:
        own = Conversation.objects.visible_to(new.owner)
        rows = Response.objects.filter(pk=new.previous_response_id, conversation__in=own)
        response.previous_response = rows.select_related("conversation__folder").first()
        if response.previous_response is None:
            raise _no_such("previous_response_id")
    response.assistant = assistant = _assistant(new)
    response.model = model = _model(new, assistant)
    response.provider, response.model_name = model.provider, model.name
    _set(response, new, model)
    if new.api_key is None:
        give(response, _folder_of(response, new))
    return response


def companions(response: Response) -> list[Response]:
    """The answers of other models that were asked for with this one, oldest first."""
    rows = asked_together(response).exclude(pk=response.pk)
    return list(rows.select_related("conversation", "model", "provider").order_by("pk"))


def _stored(new: NewResponse) -> Response | None:
    rows = Response.objects.select_related("conversation", "model", "provider")
    found = rows.filter(owner=new.owner, client_key=new.client_key).first()
    if found is not None and found.conversation.deleted_at is not None:
        raise _no_such("client_key")
    return found


def _create_companions(first: Response, new: NewResponse, worker: str) -> None:
    """The answers of the other models, each under a key made of the page's."""
    others = [
        _create(
            replace(new, client_key=f"{new.client_key}.{n}", model_id=model, retry_of=first.pk),
            worker,
        )
        for n, model in enumerate(new.beside, start=2)
    ]
    if others:
        if first.retry_of_id:
            settle(first)  # those that stood there are behind the arrows
        put_beside([first, *others])


def _create(new: NewResponse, worker: str) -> Response:
    if new.at_end:
        new = _behind_all(new, locks=True)
    response = Response(
        owner=new.owner,
        client_key=new.client_key,
        input=with_own_files(new.owner, new.input),
        chosen=dict(new.chosen),
        time_zone=new.time_zone,
        api_key=new.api_key,
        asked=_asked_by_script(new),
    )
    _place(response, new)
    response.worker = "" if response.waiting else worker
    response.assistant = assistant = _assistant(new)
    response.model = model = _model(new, assistant)
    response.provider, response.model_name = model.provider, model.name
    _set(response, new, model)
    if new.previous_response_id and _is_apart(new):
        response.input = _told_again(response, new)
    wanted = model.background if new.background is None else new.background
    is_temporary = response.conversation.is_temporary
    if is_temporary or not may_be_kept(new.owner):
        # No provider is to keep it, so none can run it by itself.
        response.settings["store"] = wanted = False
    if not is_temporary and not response.is_compaction and new.api_key is None:
        response.memory = recalled(new.owner)
    response.only_this = new.only_this or bool(new.beside)  # those are to be compared
    response.background = wanted and model.can_background and not response.is_compaction
    if new.api_key is None:
        give(response, response.conversation.folder)
    response.text = response.as_text()
    response.save(force_insert=True)
    keep_files([response], new.input)
    leave_out_impossible(response)
    index([response])
    return response


def _asked_by_script(new: NewResponse) -> dict[str, Any] | None:
    return None if new.asked is None else dict(new.asked)


def _set(response: Response, new: NewResponse, model: Model) -> None:
    """What the answer is asked with, but for what its model is known to refuse."""
    _check_servers(new)
    assistant = response.assistant
    if assistant is None and (kept := _of_an_assistant(new)):
        # One that is no more, or not for them any more: the same is asked as it was.
        response.assistant_name = kept.assistant_name
        response.instructions, response.settings = kept.instructions, dict(kept.settings)
        return
    told = assistant.instructions if assistant else ""
    response.assistant_name = assistant.name if assistant else ""
    wanted = {
        **_of_a_script(response, new),
        **flattened(new.settings),
        **(assistant.settings if assistant else {}),
        **new.chosen,
    }
    lacking = model.lacks
    response.unsupported = [name for name in wanted if name in lacking]
    used = {name: value for name, value in wanted.items() if name not in lacking}
    own = str(used.pop("instructions", ""))
    here = "" if new.api_key else _told_in_folder(response, new)
    response.instructions = "\n\n".join(filter(None, [new.instructions, here, told, own]))
    response.settings = nested(used)


def _of_a_script(response: Response, new: NewResponse) -> dict[str, Any]:
    """The tools of a script's request, where its person decides in the page on what they ask."""
    before = response.previous_response
    if before is None or before.asked is None or new.api_key or not answers_in(new.input):
        return {}
    return {name: before.settings[name] for name in TOOLS_HERE if name in before.settings}


def _place(response: Response, new: NewResponse) -> None:
    """Find the response's place in the tree."""
    if new.retry_of:
        retried = _own(new, new.retry_of, "retry_of")
        if retried.is_compaction and retried.compacts_id is None:
            raise _no_such("retry_of")  # what it was made of was deleted, or stayed behind a fork
        response.conversation = retried.conversation
        response.previous_response = retried.previous_response
        response.retry_of_id = retried.retry_of_id or retried.id
        response.input, response.continues = retried.input, retried.continues
        response.compacts_id = retried.compacts_id
    elif new.continues:
        _go_on(response, _own(new, new.continues, "continues"))
        response.continues, response.input = True, [user_message(GO_ON)]
    elif new.compacts:
        response.compacts = compacted = _own(new, new.compacts, "compacts")
        if compacted.is_running:
            raise RequestError(
                "This answer is still being written.", "response_running", "compacts", 409
            )
        response.conversation, response.input = compacted.conversation, [TRIGGER]
    elif new.previous_response_id and not _is_apart(new):
        previous = _own(new, new.previous_response_id, "previous_response_id")
        decides = bool(answers_in(new.input))
        if decides:
            # A script may give what it called itself along with it.
            decide(previous, new.input, new.always, alone=new.api_key is None)
        name_by(previous.conversation, response.input)
        _go_on(response, previous if new.branch or decides else _end_of_line(previous))
    elif new.conversation_id:
        response.conversation = _own_conversation(new, new.conversation_id)
        name_by(response.conversation, response.input)
    else:
        response.conversation = Conversation.objects.create(
            owner=new.owner,
            title=title_of(response.input),
            key_name=new.api_key.name if new.api_key else "",
            folder=_folder(new),
            expires_at=expiry() if new.temporary else None,
        )
    before = response.previous_response
    response.waiting = before is not None and before.is_running


def _behind_all(new: NewResponse, *, locks: bool) -> NewResponse:
    """The same, with what it follows in its conversation: where that `locks`, no two follow it."""
    assert new.conversation_id is not None, "it is at the end of one"
    conversation, end = behind(new.owner, new.conversation_id, locks=locks)
    stays = end is None and not _is_apart(new)
    return replace(
        new,
        conversation_id=conversation.pk if stays else None,
        previous_response_id=end.pk if end else None,
        at_end=False,
    )


def _go_on(response: Response, previous: Response) -> None:
    if hasattr(previous, "beside"):  # was read with it
        settle(previous)
    response.conversation = previous.conversation
    response.previous_response = previous


def _is_apart(new: NewResponse) -> bool:
    """Whether nothing of it may stay where it goes on from."""
    return new.temporary and new.api_key is not None


def _told_again(response: Response, new: NewResponse) -> list[Item]:
    """All that it goes on from, for its model, and then what it says."""
    assert new.previous_response_id is not None, "it goes on from something"
    previous = _own(new, new.previous_response_id, "previous_response_id")
    if previous.is_running:
        raise RequestError(
            "This answer is still being written.", "response_running", "previous_response_id", 409
        )
    request = build_request(
        steps_of(Response.objects.path_to(previous.pk)),
        new_input=response.input,
        model=response.model_name,
        instructions=None,
        settings={},
        provider=str(response.provider_id),
        stateful=False,
    )
    told: list[Item] = request.body["input"]
    return told


def _end_of_line(previous: Response) -> Response:
    """The last of those that run or wait behind an answer: two pages that send at once queue up."""
    last = Response.objects.end_of_line(previous.pk)
    if last == previous.pk:
        return previous
    return Response.objects.select_related("conversation", "beside").get(pk=last)


def _own(new: NewResponse, response_id: str, param: str) -> Response:
    """The response, if it is theirs.

    Nobody else gives a message a place in its conversation until this one has its own.
    """
    list(Conversation.objects.lock_of(response_id))
    own = Conversation.objects.visible_to(new.owner)
    found = Response.objects.filter(pk=response_id, conversation__in=own)
    response = found.select_related("conversation__folder", "previous_response", "beside").first()
    if response is None:
        raise _no_such(param)
    return response


def _no_such(param: str) -> RequestError:
    return RequestError("This message no longer exists.", "not_found", param, 404)


def _own_conversation(new: NewResponse, conversation_id: str) -> Conversation:
    found = Conversation.objects.visible_to(new.owner).filter(pk=conversation_id).first()
    if found is None:
        raise RequestError("This conversation no longer exists.", "not_found", "conversation", 404)
    return found


def _folder(new: NewResponse) -> Folder | None:
    if new.folder_id is None:
        return None
    found = Folder.objects.visible_to(new.owner).filter(pk=new.folder_id).first()
    if found is None:
        raise RequestError("This folder no longer exists.", "not_found", "folder", 404)
    return found


def _told_in_folder(response: Response, new: NewResponse) -> str:
    folder = _folder_of(response, new)
    return folder.instructions if folder else ""


def _folder_of(response: Response, new: NewResponse) -> Folder | None:
    """The folder that the conversation is in, or will be."""
    if response.conversation_id:
        return response.conversation.folder
    if response.previous_response is not None:
        return response.previous_response.conversation.folder
    return _folder(new)


def _assistant(new: NewResponse) -> Assistant | None:
    if new.assistant_id is None:
        return None
    found = Assistant.objects.usable_by(new.owner).filter(pk=new.assistant_id).first()
    if found is None:
        raise RequestError(
            "This assistant is not offered to you any more.",
            "assistant_not_found",
            "assistant",
            404,
        )
    return found


def _check_servers(new: NewResponse) -> None:
    """Those that an assistant brings are used as far as its person may use them; those that they
    chose themselves are to be there.
    """
    wanted = set(new.chosen.get("mcp_servers") or ())
    if not wanted:
        return
    usable = McpServer.objects.usable_by(new.owner).values_list("label", flat=True)
    if not wanted.issubset(usable):
        raise RequestError(
            "An MCP server that is switched on is not offered to you any more. Reload the page.",
            "mcp_server_not_found",
            "mcp_servers",
            404,
        )


def _of_an_assistant(new: NewResponse) -> Response | None:
    """What is to be made again, or completed, if it was asked with an assistant."""
    decided = new.previous_response_id if answers_in(new.input) else None
    if new.api_key is not None:
        return None  # a script says with each request what it is asked with
    of = new.retry_of or new.continues or decided
    rows = Response.objects.filter(pk=of, owner=new.owner)
    return rows.exclude(assistant_name="").first() if of else None


def _model(new: NewResponse, assistant: Assistant | None) -> Model:
    """The one that is named, if its person may use it; else that of the assistant, if they may use
    that; else their default one.
    """
    usable = Model.objects.offered_to(new.owner)
    if new.model_id:
        model = usable.filter(pk=new.model_id).first()
    elif assistant and assistant.model_id:
        model = usable.filter(pk=assistant.model_id).first() or usable.first()
    else:
        model = usable.first()
    if model is None:
        raise RequestError(
            "This model is not offered here any more.", "model_not_found", "model", 404
        )
    return model


def _show(response: Response) -> None:
    """The branch just asked on is the one to show, in the conversation just used."""
    changes: dict[str, Any] = {"updated_at": response.created_at, "version": F("version") + 1}
    changes["archived_at"] = None  # what is used is no longer put away
    if response.conversation.is_temporary:
        changes["expires_at"] = Case(When(expires_at__isnull=False, then=expiry()))
    if response.previous_response_id is None:
        changes["selected_root"] = response
    else:
        Response.objects.filter(pk=response.previous_response_id).update(selected_child=response)
    Conversation.objects.filter(pk=response.conversation_id).update(**changes)
