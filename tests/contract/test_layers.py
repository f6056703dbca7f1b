"""What import-linter can not see of the layers (`pyproject.toml`): circles across packages, and queries outside repositories."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import grimp
import pytest

from tests.support.sources import calls, parsed

PACKAGES = ("contracts", "disclosure", "chassis", "programme", "services", "kommune", "deploy")
QUERIES = frozenset(
    [
        "find_one",
        "find_one_and_update",
        "find_one_and_delete",
        "update_one",
        "update_many",
        "insert_one",
        "insert_many",
        "delete_one",
        "delete_many",
        "replace_one",
        "bulk_write",
        "count_documents",
        "estimated_document_count",
        "create_indexes",
    ]
)
ON_A_COLLECTION = frozenset({"find", "aggregate", "distinct"})
"""Names that others than the driver's collections have as well."""


def test_no_module_imports_itself_in_a_circle() -> None:
    graph = grimp.build_graph(*PACKAGES, exclude_type_checking_imports=True, cache_dir=None)
    imports = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    TopologicalSorter(imports).prepare()  # raises CycleError, which names the circle


def _queries(tree: ast.Module) -> Iterator[str]:
    for node in calls(tree):
        if isinstance(node.func, ast.Attribute):
            name, on = node.func.attr, node.func.value
            of_collection = (isinstance(on, ast.Attribute) and on.attr == "collection") or (
                isinstance(on, ast.Subscript) and ast.unparse(on.value).endswith("database")
            )
            if name in QUERIES or (name in ON_A_COLLECTION and of_collection):
                yield f"line {node.lineno}: {ast.unparse(node.func)}"


@pytest.mark.parametrize("service", ["registration", "selfcheck", "notifications", "reporting"])
def test_repositories_alone_query(service: str) -> None:
    found = {
        path: queries
        for path, tree in parsed(f"services/{service}", with_any_of=(*QUERIES, *ON_A_COLLECTION))
        if not Path(path).stem.startswith("repository") and (queries := list(_queries(tree)))
    }
    assert found == {}


def test_the_check_sees_queries() -> None:
    source = "await self.all.collection.find({})\nawait rows.update_one({}, {})\n'text'.find('x')\n"
    assert len(list(_queries(ast.parse(source)))) == 2
