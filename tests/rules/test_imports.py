"""Who may import whom: the arrows of CONTRIBUTING.md, held over the syntax trees."""

import ast
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

LAYERS: dict[str, set[str]] = {
    "conversations.protocol": set(),
    "conversations.network": set(),
    "conversations.providers": {"conversations.protocol", "conversations.network"},
    "conversations.mcp": {
        "conversations.protocol",
        "conversations.network",
        "conversations.providers",
    },
    "conversations.tools": {"conversations.protocol"},
    "conversations.files": set(),
    "conversations.models": {"conversations.protocol", "conversations.files"},
    "conversations.sockets": {"conversations.protocol"},
    "conversations.turns": {
        "conversations.protocol",
        "conversations.network",
        "conversations.providers",
        "conversations.mcp",
        "conversations.tools",
        "conversations.models",
        "conversations.files",
    },
}
BELOW_EDGES = {*LAYERS}
EDGES: dict[str, set[str]] = {
    "conversations.consumers": BELOW_EDGES,
    "conversations.gateway": BELOW_EDGES,
    "conversations.views": BELOW_EDGES,
    "conversations.admin": BELOW_EDGES,
}
ALLOWED = LAYERS | EDGES
FRAMEWORKS = ("django", "channels", "asgiref")


def modules_of(package: str) -> list[Path]:
    path = ROOT / package.replace(".", "/")
    return sorted(path.rglob("*.py")) if path.is_dir() else [path.with_suffix(".py")]


def imports_of(path: Path) -> set[str]:
    """Every module that a file imports, but for those that only the type checker reads."""
    names: set[str] = set()
    for node in _without_type_checking(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def _without_type_checking(node: ast.AST) -> list[ast.AST]:
    if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
        return [below for child in node.orelse for below in _without_type_checking(child)]
    found = [node]
    for child in ast.iter_child_nodes(node):
        found += _without_type_checking(child)
    return found


def belongs_to(module: str, package: str) -> bool:
    return module == package or module.startswith(f"{package}.")


@pytest.mark.parametrize("package", ALLOWED)
def test_a_layer_imports_only_what_is_below_it(package: str) -> None:
    for path in modules_of(package):
        ours = {name for name in imports_of(path) if belongs_to(name, "conversations")}
        for name in ours - {"conversations"}:
            allowed = any(belongs_to(name, below) for below in {package, *ALLOWED[package]})
            assert allowed, f"{path.relative_to(ROOT)} imports {name}"


def test_the_protocol_needs_the_standard_library_alone() -> None:
    for path in modules_of("conversations.protocol"):
        for name in imports_of(path):
            top = name.partition(".")[0]
            assert top in {*sys.stdlib_module_names, "conversations"}, f"{path.name}: {name}"


def test_tools_need_the_standard_library_and_pydantic_alone() -> None:
    known = {*sys.stdlib_module_names, "conversations", "pydantic", "pydantic_core"}
    for path in modules_of("conversations.tools"):
        for name in imports_of(path):
            assert name.partition(".")[0] in known, f"{path.name}: {name}"


@pytest.mark.parametrize(
    "package", ["conversations.network", "conversations.providers", "conversations.mcp"]
)
def test_what_connects_knows_no_django(package: str) -> None:
    for path in modules_of(package):
        for name in imports_of(path):
            assert name.partition(".")[0] not in FRAMEWORKS, f"{path.name}: {name}"


def test_only_turns_start_a_providers_stream() -> None:
    for package in EDGES:
        for path in modules_of(package):
            assert not any(
                belongs_to(name, "conversations.providers.client") for name in imports_of(path)
            ), path


@pytest.mark.parametrize("edge", ["conversations", "chatapp"])
def test_the_sdk_is_imported_by_providers_alone_and_clients_by_what_connects(edge: str) -> None:
    for path in (ROOT / edge).rglob("*.py"):
        if "conversations/providers" in path.as_posix():
            continue
        tops = {name.partition(".")[0] for name in imports_of(path)}
        assert "openai" not in tops, path
        if "conversations/mcp" not in path.as_posix():
            assert "mcp" not in tops, path
            assert "httpx2" not in tops or "conversations/network" in path.as_posix(), path
