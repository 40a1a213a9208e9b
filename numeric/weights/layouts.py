"""The layouts in which trainers keep the weights of the network, and how to tell them apart.

Arrays are recognised by their names and shapes alone, before any of them is read:

| names | shapes | written by |
|---|---|---|
| ``layera.weight, layerb.weight, layerc.weight`` | (q, d), (q, d), (d, q) | here, and in [Tian24] |
| ``layera, layerb, layerc`` | the same | arrays saved without PyTorch's suffix |
| ``W.weight, V.weight``, or ``W, V`` | (q, 2d), (d, q) | the later trainer of [Tian24] |

``W`` acts on both inputs side by side: its first ``d`` columns are ``layera``. Both trainers keep
an ``embedding.weight`` too, which must be the identity, for otherwise it is another network.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, final

import numpy as np

KEYS = ("layera.weight", "layerb.weight", "layerc.weight")
EMBEDDING = "embedding.weight"
Shape = tuple[int, ...]


@final
@dataclass(frozen=True, slots=True)
class Layout:
    """The names under which a file keeps ``layera, layerb, layerc``, or ``W, V``.

    Args:
        names: three names, or two.
        embedding: whether the file also has an embedding, which has to be the identity.
    """

    names: tuple[str, ...]
    embedding: bool = False

    @property
    def keys(self) -> tuple[str, ...]:
        """All names of the layout."""
        return self.names + ((EMBEDDING,) if self.embedding else ())

    def shapes(self, shapes: Mapping[str, Shape]) -> dict[str, Shape]:
        """Return the shapes of `KEYS` that arrays of these shapes stand for.

        A ``W`` of odd width stands for two halves that do not fit together, and is refused for
        its shapes like any other.

        >>> Layout(("W", "V")).shapes({"W": (9, 14), "V": (7, 9)})["layerb.weight"]
        (9, 7)
        """
        found = [shapes[name] for name in self.names]
        if len(found) == 2:
            wide, last = found
            columns = wide[-1] if wide else 0
            left, right = (*wide[:-1], columns // 2), (*wide[:-1], columns - columns // 2)
            found = [left, right, last]
        return dict(zip(KEYS, found, strict=True))

    def layers(self, arrays: Mapping[str, Any]) -> tuple[Any, Any, Any]:
        """Return ``layera, layerb, layerc`` from the arrays of a file, contiguous."""
        found = [arrays[name] for name in self.names]
        if len(found) == 2:
            wide, last = found
            d = wide.shape[1] // 2
            found = [wide[:, :d], wide[:, d:], last]
        a, b, c = (np.ascontiguousarray(x) for x in found)
        return a, b, c


LAYOUTS = (
    Layout(KEYS),
    Layout(("layera", "layerb", "layerc")),
    Layout(("W.weight", "V.weight")),
    Layout(("W", "V")),
)


def layout_of(names: Iterable[str]) -> Layout | None:
    """Return the layout with exactly these names, or None.

    >>> layout_of(["V.weight", "W.weight", "embedding.weight"])
    Layout(names=('W.weight', 'V.weight'), embedding=True)
    >>> layout_of(["layera.weight", "layera.bias"]) is None
    True
    """
    given = sorted(names)
    for layout in LAYOUTS:
        for embedding in (False, True):
            candidate = Layout(layout.names, embedding)
            if given == sorted(candidate.keys):
                return candidate
    return None
