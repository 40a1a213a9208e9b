"""The composition of an element as a graph of networkx."""

from __future__ import annotations

import networkx

from algebra.semiring.element import Element, every_part, operands


def to_digraph(z: Element) -> networkx.DiGraph:
    """Return an edge from each result to its operands; vertex 0 is ``z``."""
    graph = networkx.DiGraph()
    parts = every_part(z)[::-1]
    numbers = {id(x): number for number, x in enumerate(parts)}
    for number, x in enumerate(parts):
        graph.add_node(number, label=type(x.operation).__name__, name=x.name, order=x.order)
        for position, part in enumerate(operands(x.operation)):
            if graph.has_edge(number, numbers[id(part)]):
                graph.edges[number, numbers[id(part)]]["times"] += 1
            else:
                graph.add_edge(number, numbers[id(part)], position=position, times=1)
    return graph
