"""What a script asks with a person's key, as that person finds it in the chat."""

from typing import Any

from openai import OpenAI
from playwright.sync_api import Page, expect

from conversations.models.key_names import MOST
from tests.support.axe import faults, wider_than
from tests.support.chat_page import ChatPage
from tests.support.server import Server

# Conversations begun through keys whose names come before that of `new_key`, long ago.
MANY_NAMES = f"""
from datetime import timedelta
from conversations.models import Conversation
of = Conversation.objects.latest("created_at")
then = of.updated_at - timedelta(days=100)
Conversation.objects.bulk_create(
    Conversation(owner=of.owner, key_name=f"A {{n}}", updated_at=then) for n in range({MOST})
)
"""


def new_key(page: Page) -> str:
    """A key of the person whose page it is, made on the page of the keys."""
    page.goto("/settings/")
    page.get_by_role("region", name="API keys").get_by_role("link").click()
    page.get_by_label("Name").fill("Notebook")
    page.get_by_role("button", name="Make a key").click()
    return page.get_by_role("status").get_by_text("sk-chatapp-").inner_text()


def test_what_a_script_asks_is_marked_in_the_list_and_goes_on_in_the_chat(
    page: Page, base_url: str
) -> None:
    key = new_key(page)

    chat = ChatPage(page).open()
    with OpenAI(base_url=f"{base_url}/v1", api_key=key) as client:
        first = client.responses.create(model="fake-model", input="What of ants?")
        chat.history.get_by_role("link", name="What of ants?").click()
        expect(chat.history.get_by_title("Asked by a script, with the key Notebook")).to_have_text(
            "API"
        )
        expect(chat.answers).to_have_count(1)
        chat.ask_and_wait("And of bees?")
        client.responses.create(
            model="fake-model", input="And of wasps?", previous_response_id=first.id
        )
    # The script's own branch is the one that was used last.
    page.reload()
    expect(chat.questions.last).to_contain_text("And of wasps?")
    expect(chat.answers).to_have_count(2)

    page.goto("/settings/keys/")
    expect(page.get_by_text("last used")).to_be_visible()
    page.get_by_role("button", name="Revoke the key Notebook").click()
    expect(page.get_by_role("region", name="Your keys")).to_contain_text("revoked on")


def test_calls_that_a_script_made_itself_are_shown_between_its_answers(
    page: Page, base_url: str
) -> None:
    tool: Any = {
        "type": "function",
        "name": "get_weather",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}},
    }
    with OpenAI(base_url=f"{base_url}/v1", api_key=new_key(page)) as client:
        told: Any = [
            {"role": "system", "content": "Be brief"},
            {"role": "user", "content": "The weather in Rome?"},
        ]
        first = client.responses.create(model="guide", input=told, tools=[tool])
        (call,) = [item for item in first.output if item.type == "function_call"]
        output: Any = {"type": "function_call_output", "call_id": call.call_id, "output": "Rain"}
        client.responses.create(
            model="guide", input=[output], previous_response_id=first.id, tools=[tool]
        )
    chat = ChatPage(page).open()
    chat.history.get_by_role("link", name="The weather in Rome?").click()
    expect(chat.answers).to_have_count(2)
    expect(chat.questions.first).to_contain_text("The weather in Rome?")
    expect(chat.questions.first).not_to_contain_text("Be brief")
    expect(chat.answers.first).to_contain_text("get_weather")
    expect(chat.answers.last).to_contain_text("Rain")
    chat.ask_and_wait("And in Oslo?")


def test_a_script_and_its_person_go_on_with_what_the_other_was_answered(
    page: Page, base_url: str
) -> None:
    key = new_key(page)
    chat = ChatPage(page).open()
    with OpenAI(base_url=f"{base_url}/v1", api_key=key) as client:

        def ask(question: str, **more: Any) -> str:
            return str(client.responses.create(model="guide", input=question, **more).id)

        ask("What of hornets?", store=False)
        first = ask("My name is Grace")
        chat.history.get_by_role("link", name="My name is Grace").click()
        through = page.get_by_role("button", name="API Notebook")
        expect(through).to_have_attribute("title", "Asked by a script, with the key Notebook")
        expect(chat.answers).to_have_count(1)
        expect(chat.ask_and_wait("What is my name?")).to_contain_text("Grace")

        told = client.responses.retrieve(last_of(page))
        assert told.previous_response_id == first
        ask("And spelt backwards?", previous_response_id=told.id)
    expect(chat.questions).to_have_count(3)
    expect(chat.questions.last).to_contain_text("And spelt backwards?")
    by_script = "Asked by a script, with the key Notebook"
    for answer, is_asked_by_script in ((1, False), (2, True)):
        facts = chat.answers.nth(answer).locator("details.facts")
        facts.locator("summary").click()
        expect(facts).to_contain_text("tokens in")
        assert (by_script in facts.inner_text()) is is_asked_by_script
    expect(chat.history.get_by_role("link")).to_have_count(1)  # what was not stored is in no list

    through.click()
    found = page.get_by_role("dialog", name="Search")
    expect(found.get_by_label("Asked by scripts")).to_have_value("key Notebook")
    expect(found.get_by_role("link")).to_contain_text(["My name is Grace"])
    expect(found.get_by_role("link")).to_contain_text(["with the key Notebook"])
    found.get_by_label("Asked by scripts").select_option("Not by scripts")
    expect(found.get_by_role("status")).to_contain_text("No conversation passes these filters")


def test_what_was_asked_through_a_key_is_found_however_many_others_there_are(
    page: Page, base_url: str, server: Server
) -> None:
    with OpenAI(base_url=f"{base_url}/v1", api_key=new_key(page)) as client:
        client.responses.create(model="fake-model", input="What of ants?")
    server.manage("shell", "-v0", "-c", MANY_NAMES)
    chat = ChatPage(page).open()
    chat.history.get_by_role("link", name="What of ants?").click()
    expect(chat.answers).to_have_count(1)
    page.reload()
    page.get_by_role("button", name="API Notebook").click()
    found = page.get_by_role("dialog", name="Search")
    expect(found.get_by_role("link")).to_contain_text(["with the key Notebook"])
    expect(found.get_by_label("Asked by scripts")).to_have_value("key Notebook")


def test_what_scripts_began_is_hidden_from_the_list_and_brought_back(
    page: Page, base_url: str
) -> None:
    key = new_key(page)
    chat = ChatPage(page).open()
    switch = chat.history.get_by_role("switch", name="Asked by scripts")
    expect(switch).to_be_hidden()
    chat.ask_and_wait("Who am I?")
    with OpenAI(base_url=f"{base_url}/v1", api_key=key) as client:
        client.responses.create(model="fake-model", input="What of ants?")
        expect(switch).to_be_checked()
        other = ChatPage(page.context.new_page()).open()
        client.responses.create(model="fake-model", input="What of bees?")
        chat.options("What of bees?").get_by_role("menuitem", name="Pin").click()
        for tab in (chat, other):
            expect(tab.history.get_by_role("heading", name="Pinned")).to_be_visible()

        switch.focus()
        page.keyboard.press("Space")
        for tab in (chat, other):
            expect(tab.history.get_by_role("link")).to_have_count(2)
            expect(tab.history.get_by_role("link").first).to_contain_text("What of bees?")
        expect(switch).not_to_be_checked()
        expect(switch).to_be_focused()
        client.responses.create(model="fake-model", input="What of wasps?")
        client.responses.create(
            model="fake-model", input="What of hornets?", previous_response_id=last_of(page)
        )
        # Told after it, on the same way.
        expect(chat.questions.last).to_contain_text("What of hornets?")
        expect(chat.history.get_by_role("link")).to_have_count(2)
        assert faults(page) == []
        assert wider_than(page, 360) == []
    page.reload()
    expect(switch).not_to_be_checked()
    expect(chat.history.get_by_role("link")).to_have_count(2)

    switch.click()
    expect(chat.history.get_by_role("link")).to_have_count(4)
    expect(other.history.get_by_role("link")).to_have_count(4)
    chat.options("What of ants?").get_by_role("menuitem", name="Select several").click()
    page.get_by_role("button", name="Select all shown").click()
    page.get_by_role("button", name="Delete").click()
    expect(chat.history.get_by_role("link")).to_have_count(0)


def last_of(page: Page) -> str:
    """The last response of the conversation that a page shows."""
    conversation = page.url.rpartition("/c/")[2]
    end: str = page.request.get(f"/conversations/{conversation}/").json()["end"]
    return end


def test_a_conversation_that_a_script_begins_empty_is_filled_from_the_page_and_read_by_the_script(
    page: Page, base_url: str
) -> None:
    key = new_key(page)
    chat = ChatPage(page).open()
    with OpenAI(base_url=f"{base_url}/v1", api_key=key) as client:
        id_ = client.conversations.create(metadata={"run": "7"}).id
        link = chat.history.get_by_role("link", name="Untitled")
        link.click()
        expect(chat.questions).to_have_count(0)
        chat.ask_and_wait("What of ants?")
        expect(chat.history.get_by_title("Asked by a script")).to_have_text("API")
        listed = list(client.conversations.items.list(id_, order="asc"))
        assert [item.type for item in listed] == ["message", "message"]
        client.responses.create(model="fake-model", input="And of bees?", conversation=id_)
        expect(chat.questions.last).to_contain_text("And of bees?")
        expect(chat.answers).to_have_count(2)
    assert page.url.endswith(f"/c/{id_}")


def test_what_a_script_tells_a_conversation_reads_as_if_it_had_been_said(
    page: Page, base_url: str
) -> None:
    key = new_key(page)
    told: Any = [
        {"role": "system", "content": "Be brief"},
        {"role": "user", "content": "What of ants?"},
        {"role": "assistant", "content": "They have six legs."},
        {"role": "user", "content": "And of bees?"},
    ]
    with OpenAI(base_url=f"{base_url}/v1", api_key=key) as client:
        id_ = client.conversations.create(items=told).id
        chat = ChatPage(page).open()
        chat.history.get_by_role("link", name="What of ants?").click()
        expect(chat.questions).to_have_count(2)
        expect(chat.answers.first).to_contain_text("They have six legs.")
        expect(page.get_by_text("The model answered with nothing.")).to_have_count(0)
        answer: Any = {"role": "assistant", "content": "As many."}
        client.conversations.items.create(id_, items=[answer])
        expect(chat.answers.last).to_contain_text("As many.")
        expect(chat.questions.filter(visible=True)).to_have_count(2)
        chat.ask_and_wait("And of wasps?")
        last: Any = client.conversations.items.list(id_).data[0]
        client.conversations.items.delete(last.id, conversation_id=id_)
        expect(chat.answers.last).to_contain_text("has been deleted through the API")
