"""An answer looks the same, whichever provider's form it came in."""

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.support.browser import sign_in
from tests.support.chat_page import ChatPage
from tests.support.server import Server, add_people
from tests.support.streams import OF_DIALECTS

ADD = """
from chatapp.accounts.models import User
from conversations.protocol.snapshot import Snapshot
from tests.support.models import make_conversation, make_response
from tests.support.streams import recorded
previous, conversation = None, make_conversation(User.objects.get(username={name!r}))
for name in {streams!r}:
    snapshot = Snapshot()
    for event in recorded(name).events:
        snapshot.apply(event)
    output = snapshot.response["output"]
    previous = make_response(conversation, name, previous=previous, output=output)
print(conversation.id)
"""
OPENED = "nodes => nodes.forEach(node => { node.open = true; })"
# What a reader finds in each of its steps and texts.
SAID = """nodes => nodes.map(node => {
    const items = [...node.querySelector('[data-part="items"]').children];
    return items.map(item => item.textContent.replace(/\\s+/g, " ").trim()).filter(Boolean);
})"""


@pytest.mark.parametrize("answer", ["text", "calls"])
def test_the_answers_of_all_providers_are_drawn_alike(
    context: BrowserContext, server: Server, answer: str
) -> None:
    person = f"reader of {answer}"
    sign_in(context, server.url, add_people(server.data_dir, [person])[person])
    page = context.new_page()
    streams = [name for name in OF_DIALECTS if name.endswith(answer)]
    script = ADD.format(name=person, streams=streams)
    conversation = server.manage("shell", "-c", script).split()[-1]
    chat = ChatPage(page).open(f"/c/{conversation}")
    page.evaluate("document.querySelector('[data-part=scroller]').scrollTop = 0")
    chat.answers.nth(len(streams) - 1).wait_for()
    page.locator('[data-part="items"] details').evaluate_all(OPENED)
    if answer == "calls":
        expect(page.get_by_text("Rome")).to_have_count(len(streams))
    drawn = dict(zip(streams, chat.answers.evaluate_all(SAID), strict=True))
    standard = drawn.pop(f"dialects/standard_{answer}")
    assert "silver" in standard[0]
    assert ("waits" if answer == "text" else "Rome") in standard[-1]
    unthinking = drawn.pop(f"dialects/modelverse_{answer}")
    assert set(map(tuple, drawn.values())) == {tuple(standard)}
    assert unthinking == standard[1:]
