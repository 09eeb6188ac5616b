"""A fork goes on where its origin was, at the provider too."""

from chatapp.accounts.models import User
from conversations.models import Model
from conversations.models.fork import fork
from conversations.protocol.items import user_message
from conversations.turns.outgoing import request_of
from conversations.turns.request import NewResponse, store
from tests.support.models import make_conversation, make_response


def test_a_fork_is_chained_on_what_the_provider_remembers(owner: User, model: Model) -> None:
    origin = make_response(
        make_conversation(owner), upstream_id="upstream", model=model, provider=model.provider
    )
    copy = fork(origin.conversation, origin.pk).responses.get()
    asked = NewResponse(
        owner=owner,
        client_key="next",
        input=[user_message("And then?")],
        previous_response_id=copy.pk,
    )
    row, _ = store(asked, "here.1")
    request = request_of(row)
    assert request.sent == "chained"
    assert request.body["previous_response_id"] == "upstream"
