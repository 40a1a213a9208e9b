"""Which matrices of a container are the layers of a two-layer network: shapes decide, names do not.

A layout is written as the shapes of its matrices in the order in which they act, ``(q,2d) (d,q)``,
of the letters d, q, and m, r for the inner sizes of an embedding and an unembedding, n for d where
inputs have more values than outputs; docs/reference/weights.md has the table.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice, product
from typing import final

from numeric.weights.plain_network import KEYS

Shape = tuple[int, ...]
#: More matrices than a layout has; more layouts than are looked at; values of inputs alone.
MOST, MANY, SPARE = 8, 400, 4


@final
@dataclass(frozen=True, slots=True)
class Place:
    """A place in a layout: its role, and rows and columns as a row of the table above has them."""

    role: str
    rows: str
    columns: str


def _forms() -> tuple[tuple[Place, ...], ...]:
    found = []
    for embeddings, inner, first in product(range(3), "_r", ("two", "one", "wide")):
        m = "m" if embeddings else "d"
        layers = [Place("first", "q", m)] * (2 if first == "two" else 1)
        if first == "wide":
            layers = [Place("first", "q", f"2{m}")]
        head = [Place("embedding", "d", "m")] * embeddings + layers
        tail = [Place("last", "n", "q")]
        if inner == "r":
            tail = [Place("last", "r", "q"), Place("unembedding", "n", "r")]
        found.append((*head, *tail))
        if embeddings == 1 and inner == "_":
            found.append((*head, Place("last", "m", "q")))
    return tuple(sorted(found, key=len))


FORMS = _forms()


@final
@dataclass(frozen=True, slots=True)
class Layout:
    """Matrices by name in the places of a layout, whether each is stored transposed, and the sizes.

    ``twice`` is whether the bias of a layer that both inputs go through counts twice; ``unusual``
    what speaks against it, the gravest first: matrices over, other numbers of outputs than of
    values, names, embeddings and the like; the order of the file, transposed matrices.
    """

    keys: tuple[str, ...]
    places: tuple[Place, ...]
    turned: tuple[bool, ...]
    sizes: tuple[tuple[str, int], ...]
    twice: bool = False
    unusual: tuple[int, ...] = ()

    def size(self, letter: str) -> int:
        """Return the number behind a letter."""
        return dict(self.sizes)[letter]

    def length(self, i: int) -> int:
        """Return the number of outputs of the matrix at a place, after the last of what is tied."""
        if i == len(self.places):
            return self.size("d")
        place = self.places[i]
        return self.size("m" if place.role == "embedding" else place.rows)

    def numbers(self) -> str:
        """Return the number behind each letter, in writing."""
        shown = [x for x in self.sizes if x[0] != "n" or not self.square]
        return ", ".join(f"{letter} = {size}" for letter, size in sorted(shown))

    def of(self, role: str) -> list[int]:
        """Return the indices of the matrices of a role."""
        return [i for i, place in enumerate(self.places) if place.role == role]

    @property
    def tied(self) -> bool:
        """Whether outputs are read by the embedding."""
        return self.places[-1].rows == "m"

    @property
    def kind(self) -> tuple[int, ...]:
        """What speaks against it but for the order of the file and transposed matrices."""
        return self.unusual[:4]

    @property
    def square(self) -> bool:
        """Whether there are as many outputs as values of an input."""
        return self.tied or self.size("n") == self.size("d")

    @property
    def usual(self) -> bool:
        """Whether it is that of the files that are written here."""
        names = tuple(".".join(re.split(r"[./]", key)[-2:]) for key in self.keys)
        return names == KEYS and not any(self.turned)

    @property
    def wide(self) -> bool:
        """Whether the first layer is one of both inputs side by side."""
        return any(place.columns[0] == "2" for place in self.places)

    @property
    def doubtful(self) -> bool:
        """Whether it may as well be another kind of network: matrices are over, or act in a row."""
        return any(self.unusual[:2]) or self.tied or bool(self.of("unembedding"))

    @property
    def text(self) -> str:
        """The layout as it is written."""
        n = "d" if self.square else "n"
        shapes = []
        for place, turned in zip(self.places, self.turned, strict=True):
            pair = [n if x == "n" else x for x in (place.rows, place.columns)]
            shapes.append(f"({','.join(pair[::-1] if turned else pair)})")
        return " ".join(shapes) + " twice" * self.twice

    def described(self) -> str:
        """Return the names with their shapes."""
        shapes = self.text.removesuffix(" twice").split()
        return ", ".join(f"{key} {s}" for key, s in zip(self.keys, shapes, strict=True))


def fitting(shapes: Mapping[str, Shape], *, ordered: bool = False) -> list[Layout]:
    """Return the layouts in which matrices of these shapes fit, the most usual first; if
    ``ordered``, the names are in the order in which the matrices act.
    """
    if not 2 <= len(shapes) <= MOST:
        return []
    found = [
        layout
        for form in FORMS
        if len(form) <= len(shapes) and (len(form) == len(shapes) or not ordered)
        for layout in islice(_filled(form, shapes, ordered), MANY)
    ]
    return sorted(found, key=lambda layout: layout.unusual)


def _filled(
    form: tuple[Place, ...], shapes: Mapping[str, Shape], ordered: bool
) -> Iterator[Layout]:
    index = {name: i for i, name in enumerate(shapes)}

    def extend(
        keys: tuple[str, ...], turned: tuple[bool, ...], sizes: dict[str, int]
    ) -> Iterator[Layout]:
        i = len(keys)
        if i == len(form):
            found = Layout(keys, form, turned, tuple(sizes.items()))
            order = [index[key] for key in keys]
            inverted = sum(x > y for n, x in enumerate(order) for y in order[n + 1 :])
            more = len(form) - len(found.of("first")) - 1 + 2 * found.tied
            grave = len(shapes) - i, int(not found.square), _against(form, keys), more
            yield replace(found, unusual=(*grave, inverted, sum(turned)))
            return
        place, again = form[i], i and form[i - 1].role == form[i].role
        for name in list(shapes)[i : i + 1] if ordered else shapes:
            if name in keys or (again and not ordered and name < keys[-1]):
                continue
            for turn in (turned[-1],) if again else (False, True):
                rows, columns = shapes[name][::-1] if turn else shapes[name]
                bound = _bound(_bound(sizes, place.rows, rows), place.columns, columns)
                if bound is not None:
                    yield from extend((*keys, name), (*turned, turn), bound)

    yield from extend((), (), {})


def _bound(sizes: dict[str, int] | None, letter: str, size: int) -> dict[str, int] | None:
    """Return the sizes with one more letter, or None if it has another already."""
    if sizes is None or (size < 1 and letter != "q") or (letter[0] == "2" and size % 2):
        return None
    if letter[0] == "2":
        letter, size = letter[1:], size // 2
    if letter == "n" and abs(size - sizes["d"]) > SPARE:
        return None
    if letter in sizes:
        return sizes if sizes[letter] == size else None
    return {**sizes, letter: size}


def _against(form: tuple[Place, ...], keys: tuple[str, ...]) -> int:
    """Return how many names say another role; they are asked last, and may say nothing."""
    count = 0
    for place, key in zip(form, keys, strict=True):
        name = key.lower()
        out = re.search(r"unemb|decod|head|readout|out|w_u\b", name)
        if re.search(r"emb|wte|token|w_e\b", name) and not out:
            count += place.role != "embedding" and len(form) > 3
        elif out:
            count += place.role not in ("last", "unembedding")
    return count
