"""Exit status 0 when the process at PORT of this machine serves; for containers and supervisors."""

import sys
from http.client import HTTPConnection, HTTPException
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from chatapp.environment import Environment

environment = Environment()
connection = HTTPConnection("127.0.0.1", environment.port, timeout=3)
try:
    # The name under which people come: every other one is refused.
    connection.request("GET", "/healthz", headers={"Host": environment.public_hosts()[0]})
    status = connection.getresponse().status
except (OSError, HTTPException) as error:
    sys.exit(f"It does not answer: {error}")
if status != 200:
    sys.exit(f"It answers {status}.")
