"""Finished answers in a server's database, as long as a test wants them."""

from tests.support.server import Server

SCRIPT = """
from chatapp.accounts.models import User
from tests.support.models import make_conversation, make_response
conversation = make_conversation(User.objects.get(username={name!r}))
for number in range({count}):
    print(make_response(conversation, answer="x" * {length}).id)
"""


def add_answers(server: Server, name: str, count: int, length: int) -> list[str]:
    """Store answers to somebody with an account, of `length` characters each; their ids."""
    script = SCRIPT.format(name=name, count=count, length=length)
    return server.manage("shell", "-c", script).split()[-count:]
