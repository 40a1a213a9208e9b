"""All claims, by id, and what rests on what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from importlib import import_module
from types import MappingProxyType
from typing import Any

from algebra.optimizers.table import named
from proofs.claims.claim import Claim
from proofs.formal.proved import PROVED

#: The files of claims, in the order in which a reader wants them.
FAMILIES = (
    *("optimizers", "blocks", "laws", "composition", "characters", "criterion", "symmetries"),
    *("norms", "width", "checker", "existence", "groups", "mirror"),
)


def collected(families: Iterable[Sequence[Claim]]) -> Mapping[str, Claim]:
    """Return claims by id, with their theorems of Coq; a ValueError for two of an id."""
    found: dict[str, Claim] = {}
    for claims in families:
        for claim in claims:
            if claim.id in found:
                raise ValueError(f"claim id {claim.id!r} occurs twice")
            found[claim.id] = replace(claim, theorems=PROVED.get(claim.id, ()))
    for claim in found.values():
        for other in claim.needs:
            if other not in found:
                raise ValueError(f"claim {claim.id!r} needs {other!r}, which does not exist")
    return MappingProxyType(found)


CLAIMS: Mapping[str, Claim] = collected(
    import_module(f"proofs.claims.{name}").CLAIMS for name in FAMILIES
)


def digraph(claims: Mapping[str, Claim] = CLAIMS) -> Any:
    """Return the claims as a ``networkx.DiGraph``, an edge from each claim to what it rests on.

    A ValueError says that claims rest on each other in a circle.
    """
    import networkx

    graph = networkx.DiGraph()
    for claim in claims.values():
        graph.add_node(claim.id, statement=claim.statement, family=claim.family)
    graph.add_edges_from((claim.id, other) for claim in claims.values() for other in claim.needs)
    if not networkx.is_directed_acyclic_graph(graph):
        raise ValueError(f"claims in a circle: {networkx.find_cycle(graph)}")
    return graph


def selected(patterns: Iterable[str]) -> list[Claim]:
    """Return the claims that match a pattern: an id, a family, or a glob such as ``blocks.*nu*``.

    All claims if there are no patterns; a ValueError for one that matches nothing. Families of
    optimizers may have their short names.
    """
    chosen: set[str] = set()
    for pattern in list(patterns) or ["*"]:
        pattern = ".".join(map(named, pattern.split(".")))
        hits = {
            claim.id
            for claim in CLAIMS.values()
            if pattern in (claim.family, claim.id) or fnmatchcase(claim.id, pattern)
        }
        if not hits:
            families = ", ".join(dict.fromkeys(claim.family for claim in CLAIMS.values()))
            raise ValueError(
                f"claims={pattern!r} matches no claim; pass an id that cogo claims lists, a glob, "
                f"or a family: {families}"
            )
        chosen |= hits
    return [claim for claim in CLAIMS.values() if claim.id in chosen]
