"""What the installed SDK knows of the API is answered for here: an upgrade that knows more fails.

Its parameters are walked in `tests/protocol/test_parameters.py`, the views of its output items in
`test_item_views.py`.
"""

from openai.types import responses
from openai.types.conversations import ConversationItem

from conversations.gateway.conversation_items import TYPES as LISTED
from conversations.gateway.including import VALUES
from conversations.protocol.events import TERMINAL, TYPES
from conversations.protocol.handlers import HANDLERS
from conversations.protocol.parameters import TOOL_REASONS, TOOLS
from conversations.protocol.replay import RULES
from conversations.protocol.shapes import ENDED, RUNNING
from tests.support.sdk import types_of, words_of

# Tools that are not chosen by their type alone.
CONFIGURED = {"file_search", "function", "mcp"}


def test_each_event_of_the_sdk_is_folded() -> None:
    known = types_of(responses.ResponseStreamEvent)
    assert len(known) >= 59
    assert known == TYPES
    assert known <= set(HANDLERS)


def test_each_item_of_the_sdk_is_sent_again_by_a_rule() -> None:
    items = types_of(responses.ResponseInputItem) | types_of(responses.ResponseOutputItem)
    assert len(items) >= 31
    assert items == set(RULES)


def test_each_item_that_the_sdk_reads_in_a_conversation_is_listed_there() -> None:
    assert types_of(ConversationItem) == LISTED
    assert set(words_of(responses.ResponseIncludable)) == set(VALUES)


def test_each_tool_of_the_sdk_can_be_chosen_or_has_a_reason() -> None:
    assert not set(TOOLS) & set(TOOL_REASONS)
    assert types_of(responses.Tool) == {*TOOLS, *TOOL_REASONS, *CONFIGURED}


def test_each_status_of_the_sdk_runs_or_has_ended() -> None:
    status = responses.Response.model_fields["status"].annotation
    assert set(words_of(status)) == {*RUNNING, *ENDED}


def test_the_events_that_end_an_answer_are_known() -> None:
    documented = TERMINAL - {"response.cancelled", "response.done"}
    assert documented <= types_of(responses.ResponseStreamEvent)
