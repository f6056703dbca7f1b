"""Registration's modules form no circle: each can be read, and tested, with what it imports alone."""

from __future__ import annotations

import graphlib

import grimp

PACKAGE = "services.registration"


def test_no_module_imports_itself_by_way_of_others() -> None:
    graph = grimp.build_graph("services")
    ours = [module for module in graph.modules if module.startswith(PACKAGE)]
    imported = {
        module: {other for other in graph.find_modules_directly_imported_by(module) if other.startswith(PACKAGE)}
        for module in ours
    }
    assert len(list(graphlib.TopologicalSorter(imported).static_order())) == len(ours)
