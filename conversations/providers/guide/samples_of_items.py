"""One sample, or a few, of each type of output item that the API has, as they are when done.

Nothing was searched, run or called for them: the words were written by a person.
"""

from typing import Any

from conversations.protocol import jsontext
from conversations.protocol.items import Item
from conversations.providers.guide.pictures import HEIGHT, WIDTH, picture

FORECAST = {
    "type": "function",
    "name": "forecast",
    "description": "The weather of the next days in a city",
    "parameters": {"type": "object", "properties": {"city": {"type": "string"}}},
    "strict": False,
}
MANUAL = "file_manual"
PASSAGE = (
    "make run prints two addresses. Open the second one, which works once: it makes the owner's "
    "account. Then ask something."
)
SCREEN = f"data:image/png;base64,{picture()}"
SQUARES = """\
import math

squares = [n * n for n in range(1, 8)]
print("squares:", squares)
print("mean:", math.fsum(squares) / len(squares))
"""
DIFF = """\
@@ def greeting(name):
-    return "Hello " + name
+    return f"Hello, {name}!"
@@ print(greeting("Ada"))
"""

# Types in the order in which they are shown; of a call, what came of it follows at once.
SAMPLES: tuple[Item, ...] = (
    {
        "id": "rs_sample",
        "type": "reasoning",
        "summary": [
            {
                "type": "summary_text",
                "text": "**Looking at the request**\n\nEvery kind of item is to be shown, so each "
                "gets a sample.",
            }
        ],
    },
    {"id": "at_sample", "type": "additional_tools", "role": "developer", "tools": [FORECAST]},
    {
        "id": "mcpl_sample",
        "type": "mcp_list_tools",
        "server_label": "dice",
        "tools": [
            {
                "name": "roll",
                "description": "Rolls some dice and says what they show",
                "input_schema": {"type": "object", "properties": {"sides": {"type": "integer"}}},
            },
            {"name": "flip", "description": "Flips a coin", "input_schema": {"type": "object"}},
        ],
    },
    {
        "id": "ws_sample_1",
        "type": "web_search_call",
        "status": "completed",
        "action": {
            "type": "search",
            "query": "prime numbers sieve",
            "queries": ["prime numbers sieve"],
            "sources": [
                {"type": "url", "url": "https://en.wikipedia.org/wiki/Sieve_of_Eratosthenes"},
                {"type": "url", "url": "https://oeis.org/A000040"},
            ],
        },
    },
    {
        "id": "ws_sample_2",
        "type": "web_search_call",
        "status": "completed",
        "action": {"type": "open_page", "url": "https://oeis.org/A000040"},
    },
    {
        "id": "ws_sample_3",
        "type": "web_search_call",
        "status": "completed",
        "action": {"type": "find_in_page", "url": "https://oeis.org/A000040", "pattern": "2, 3, 5"},
    },
    {
        "id": "fs_sample",
        "type": "file_search_call",
        "status": "completed",
        "queries": ["how to start the app"],
        "results": [
            {
                "file_id": MANUAL,
                "filename": "README.md",
                "score": 0.93,
                "text": PASSAGE,
                "attributes": {},
            }
        ],
    },
    {
        "id": "ci_sample",
        "type": "code_interpreter_call",
        "status": "completed",
        "container_id": "cntr_sample",
        "code": SQUARES,
        "outputs": [
            {"type": "logs", "logs": "squares: [1, 4, 9, 16, 25, 36, 49]\nmean: 20.0\n"},
        ],
    },
    {
        "id": "fc_sample",
        "type": "function_call",
        "status": "completed",
        "call_id": "call_sample_1",
        "name": "forecast",
        "arguments": '{"city":"Uppsala","days":2}',
    },
    {
        "id": "fco_sample",
        "type": "function_call_output",
        "status": "completed",
        "call_id": "call_sample_1",
        "output": '{"days":[{"sky":"clear","high":4},{"sky":"snow","high":-1}]}',
    },
    {
        "id": "ctc_sample",
        "type": "custom_tool_call",
        "call_id": "call_sample_2",
        "name": "ledger",
        "input": "SUM travel WHERE year = 2026",
    },
    {
        "id": "ctco_sample",
        "type": "custom_tool_call_output",
        "status": "completed",
        "call_id": "call_sample_2",
        "output": "1,204.50",
    },
    {
        "id": "tsc_sample",
        "type": "tool_search_call",
        "status": "completed",
        "execution": "server",
        "call_id": "call_sample_3",
        "arguments": {"query": "weather"},
    },
    {
        "id": "tso_sample",
        "type": "tool_search_output",
        "status": "completed",
        "execution": "server",
        "call_id": "call_sample_3",
        "tools": [FORECAST],
    },
    {
        "id": "prog_sample",
        "type": "program",
        "call_id": "call_sample_4",
        "code": 'const days = await forecast({ city: "Uppsala" });\nreturn days.length;',
        "fingerprint": "fp_sample",
    },
    {
        "id": "progo_sample",
        "type": "program_output",
        "status": "completed",
        "call_id": "call_sample_4",
        "result": "2",
    },
    {
        "id": "lsh_sample",
        "type": "local_shell_call",
        "status": "completed",
        "call_id": "call_sample_5",
        "action": {"type": "exec", "command": ["date", "--iso-8601"], "env": {}},
    },
    {
        "id": "call_sample_5",
        "type": "local_shell_call_output",
        "status": "completed",
        "output": "2026-11-26",
    },
    {
        "id": "sh_sample",
        "type": "shell_call",
        "status": "completed",
        "call_id": "call_sample_6",
        "action": {
            "commands": ["ls --size", "cat missing.txt"],
            "timeout_ms": 5000,
            "max_output_length": 4096,
        },
        "environment": None,
    },
    {
        "id": "sho_sample",
        "type": "shell_call_output",
        "status": "completed",
        "call_id": "call_sample_6",
        "max_output_length": 4096,
        "output": [
            {
                "stdout": "total 8\n4 primes.py  4 README.md\n",
                "stderr": "",
                "outcome": {"type": "exit", "exit_code": 0},
            },
            {
                "stdout": "",
                "stderr": "cat: missing.txt: No such file or directory\n",
                "outcome": {"type": "exit", "exit_code": 1},
            },
        ],
    },
    {
        "id": "apc_sample",
        "type": "apply_patch_call",
        "status": "completed",
        "call_id": "call_sample_7",
        "operation": {"type": "update_file", "path": "greeting.py", "diff": DIFF},
    },
    {
        "id": "apco_sample",
        "type": "apply_patch_call_output",
        "status": "completed",
        "call_id": "call_sample_7",
        "output": "Patched greeting.py",
    },
    {
        "id": "cu_sample",
        "type": "computer_call",
        "status": "completed",
        "call_id": "call_sample_8",
        "pending_safety_checks": [],
        "action": {"type": "click", "button": "left", "x": 330, "y": 120},
    },
    {
        "id": "cuo_sample",
        "type": "computer_call_output",
        "status": "completed",
        "call_id": "call_sample_8",
        "output": {"type": "computer_screenshot", "image_url": SCREEN},
    },
    {
        "id": "mcpr_sample_1",
        "type": "mcp_approval_request",
        "server_label": "dice",
        "name": "roll",
        "arguments": '{"sides":6,"count":2}',
    },
    {
        "id": "mcpa_sample_1",
        "type": "mcp_approval_response",
        "approval_request_id": "mcpr_sample_1",
        "approve": True,
    },
    {
        "id": "mcp_sample_1",
        "type": "mcp_call",
        "status": "completed",
        "server_label": "dice",
        "name": "roll",
        "arguments": '{"sides":6,"count":2}',
        "output": "[4, 2]",
        "approval_request_id": "mcpr_sample_1",
    },
    {
        "id": "mcp_sample_2",
        "type": "mcp_call",
        "status": "failed",
        "server_label": "dice",
        "name": "flip",
        "arguments": "{}",
        "output": None,
        "error": {"type": "http_error", "code": 503, "message": "The server is away."},
    },
    {
        "id": "ig_sample",
        "type": "image_generation_call",
        "status": "completed",
        "result": picture(),
        "output_format": "png",
        "size": f"{WIDTH}x{HEIGHT}",
        "revised_prompt": "A pale sun above a calm sea",
    },
    {"id": "cmp_sample", "type": "compaction", "encrypted_content": "c2FtcGxl"},
)
TYPES = tuple(dict.fromkeys(item["type"] for item in SAMPLES))

MOST_ASKED = 8


def asking(count: int = 1) -> list[Item]:
    """So many requests for a tool, which have no answer yet: for one to roll, for one to flip."""
    return [
        {
            "id": f"mcpr_sample_{number}",
            "type": "mcp_approval_request",
            "server_label": "dice",
            "name": "flip" if number % 2 else "roll",
            "arguments": f'{{"sides":{2 if number % 2 else 20},"count":1}}',
        }
        for number in range(2, 2 + min(count, MOST_ASKED))
    ]


_CLAIMS = (
    (
        "The primes below twenty are 2, 3, 5, 7, 11, 13, 17 and 19.",
        {"type": "url_citation", "url": "https://oeis.org/A000040", "title": "The prime numbers"},
    ),
    (
        "The sieve of Eratosthenes finds them by striking out multiples.",
        {
            "type": "url_citation",
            "url": "https://en.wikipedia.org/wiki/Sieve_of_Eratosthenes",
            "title": "Sieve of Eratosthenes",
        },
    ),
    (
        "The app itself starts with one command.",
        {"type": "file_citation", "file_id": MANUAL, "filename": "README.md"},
    ),
)


def cited(before: str = "") -> tuple[str, list[dict[str, Any]]]:
    """A text that names its sources, after `before`, and the annotations that say where."""
    text, annotations = before, []
    for claim, source in _CLAIMS:
        start = len(text)
        text += claim
        place: dict[str, Any] = (
            {"index": len(text)}
            if source["type"] == "file_citation"
            else {"start_index": start, "end_index": len(text)}
        )
        annotations.append({**source, **place})
        text += " "
    return text.rstrip(), annotations


def rolled(request: Item) -> Item:
    """The call that was asked for in `request`, once it was allowed."""
    return {
        "id": f"mcp_of_{request.get('id')}",
        "type": "mcp_call",
        "status": "completed",
        "server_label": request.get("server_label") or "dice",
        "name": request.get("name") or "roll",
        "arguments": request.get("arguments") or "{}",
        "output": jsontext.dumps([17]),
        "approval_request_id": request.get("id"),
    }
