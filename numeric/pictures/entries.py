"""Pictures of the entries of an element's nodes, on rings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from algebra.groups.group import AbelianGroup
from algebra.numbers.arrays import Complexes
from algebra.numbers.to_float import to_complex
from algebra.semiring.element import Element
from algebra.semiring.nodes import ROWS
from numeric.pictures.figure import Panel, draw_rings, generic_angles, mathematics

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: Frequencies that are named where a branch stands for many.
NAMED = 6


def phases(*elements: Element, ax: Axes | None = None) -> Figure:
    """Draw the entries ``a``, ``b``, ``c`` of the nodes at each frequency on three rings.

    The place of a mark is the entry, relative to the largest modulus of its row there; nodes with
    the same entry share a mark. Frequencies at which the nodes have the same entries, up to the
    names of parameters, are drawn once. Free parameters are drawn at generic angles.

    >>> from algebra import blocks, optimizers, AbelianGroup
    >>> figure = phases(optimizers.four_plus_six(AbelianGroup("Z7")))
    >>> figure = phases(blocks.syn(), blocks.nu())
    """
    panels = [panel for z in elements for panel in _patterns(z)]
    whole = [f"{name_of(z)} over {z.spectrum}: {z.order} nodes" for z in elements]
    blocks = len(elements) != 1 or not isinstance(elements[0].spectrum, AbelianGroup)
    note = "colour and number: the node"
    if any(z.parameters for z in elements):
        note += "; free parameters at generic angles"
    return draw_rings(panels, title="" if blocks else whole[0], note=note, ax=ax)


def _patterns(z: Element) -> list[Panel]:
    """Return a panel for each set of frequencies whose nodes look alike."""
    found: dict[Any, tuple[list[str], list[int], Complexes]] = {}
    at: dict[int, dict[int, dict[str, Any]]] = {}
    for j, node in enumerate(z.node_list()):
        for (row, k), x in node.items():
            at.setdefault(k, {}).setdefault(j, {})[row] = x
    for k, nodes in sorted(at.items()):
        every = [x for node in nodes.values() for x in node.values()]
        free = generic_angles(dict.fromkeys(name for x in every for name in x.parameters))
        entries = np.array(
            [[to_complex(node[p], free) if p in node else np.nan for node in nodes.values()]
             for p in ROWS], dtype=complex,
        )  # fmt: skip
        columns = np.nan_to_num(entries, nan=9e9).T.round(9)
        alike = tuple(sorted(map(str, (columns + 0.0).tolist())))
        label = z.spectrum.label(k) + " (constants)" * (k == 0 and z.spectrum.order > 2)
        found.setdefault(alike, ([], list(nodes), entries))[0].append(label)
    panels = []
    for labels, numbers, entries in found.values():
        first, *rest = labels
        if isinstance(z.spectrum, AbelianGroup):
            title = f"$k$ = {first}"
            if rest:
                more = ", ".join(rest[:NAMED]) + ", ..." * (len(rest) > NAMED)
                title += f"; likewise {more}" + f" ({len(labels)} in all)" * (len(rest) > NAMED)
        else:
            title = f"{name_of(z)}: {z.order} nodes"
        panels.append(Panel(title, numbers, entries))
    return panels


def name_of(z: Element) -> str:
    """Return the mathematics of an element's name, and what it is called without one."""
    return mathematics(z.name) if z.name else "element"
