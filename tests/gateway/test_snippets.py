"""What the reference gives to be copied does what it says, whatever a model is called."""

import ast
import json
import re
import shlex

from hypothesis import given
from hypothesis import strategies as st

from conversations.gateway.snippets import snippets_of
from conversations.gateway.urls import description

EXAMPLES = {
    each.name: (address, method, each.example)
    for address in description.addresses
    for method, each in address.operations.items()
    if each.example
}
NAMES = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1) | (
    st.sampled_from(["it's", 'a"b', "$(touch x)", "`x`", "a'b\"c", "\\", "org/model:1"])
)


@given(name=NAMES)
def test_a_name_is_a_text_and_never_a_command(name: str) -> None:
    for operation in ("retrieveModel", "createResponse"):
        told = dict(snippets_of(*EXAMPLES[operation], name))
        texts = [
            node.value
            for node in ast.walk(ast.parse(told["Python"]))
            if isinstance(node, ast.Constant)
        ]
        assert name in texts
        address, *words = shlex.split(told["curl"].partition(" -sS ")[2])
        assert re.fullmatch(r"\$BASE/[\w/.~%:@-]+", address, re.ASCII)
        if operation == "createResponse":
            assert json.loads(words[-1])["model"] == name
