"""What scripts ask is counted by their key, whatever is kept of it."""

import pytest
from openai import OpenAI

from tests.support.server import Server

COUNTED = """
from conversations.models import KeyUse
print(*KeyUse.objects.filter(key__name="Counted").values_list("answers", "tokens").get())
"""


@pytest.mark.usefixtures("keys")
def test_every_answer_is_counted_also_what_is_not_stored_and_what_is_deleted(
    served: Server,
) -> None:
    secret = served.manage("create_key", "ada", "Counted").strip()
    with OpenAI(base_url=f"{served.url}/v1", api_key=secret) as client:
        kept = client.responses.create(model="guide", input="Hello")
        gone = client.responses.create(model="guide", input="Hello")
        client.responses.delete(gone.id)
        apart = client.responses.create(model="guide", input="Hello", store=False)
        usages = [each.usage for each in (kept, gone, apart)]
    tokens = sum(usage.total_tokens for usage in usages if usage is not None)
    assert tokens > 0
    assert served.manage("shell", "-v0", "-c", COUNTED).split() == ["3", str(tokens)]
