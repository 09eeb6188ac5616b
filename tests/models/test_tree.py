"""Which path of a conversation's tree is shown."""

from conversations.models.tree import Node, shown_path


def node(id_: str, previous: str | None = None, selected: str | None = None) -> Node:
    return Node(id_, previous, None, selected, "completed", 0.0)


#  a ─ b ─ d
#    └ c ─ e
#        └ f
TREE = [node("a"), node("b", "a"), node("c", "a"), node("d", "b"), node("e", "c"), node("f", "c")]


def test_nothing_selected_shows_the_newest_branch() -> None:
    assert shown_path(TREE, None) == ["a", "c", "f"]


def test_a_selected_child_leads_the_way() -> None:
    tree = [node("a", selected="b"), *TREE[1:]]
    assert shown_path(tree, None) == ["a", "b", "d"]


def test_a_selected_root_leads_the_way() -> None:
    tree = [*TREE, node("z")]
    assert shown_path(tree, None) == ["z"]
    assert shown_path(tree, "a") == ["a", "c", "f"]


def test_a_path_through_a_node_passes_it_and_goes_on_as_its_branch_does() -> None:
    assert shown_path(TREE, None, through="b") == ["a", "b", "d"]
    assert shown_path(TREE, None, through="e") == ["a", "c", "e"]


def test_a_node_of_another_tree_is_ignored() -> None:
    assert shown_path(TREE, None, through="x") == ["a", "c", "f"]


def test_an_empty_conversation_shows_nothing() -> None:
    assert shown_path([], None) == []


def test_a_chain_of_ten_thousand_is_walked_without_recursion() -> None:
    chain = [node("0"), *(node(str(n), str(n - 1)) for n in range(1, 10_000))]
    assert len(shown_path(chain, None)) == 10_000
