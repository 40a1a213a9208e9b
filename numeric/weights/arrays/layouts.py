"""Which matrices of a container are the layers of a two-layer network: shapes decide, names do not.

A layout is written as the shapes of its matrices in the order in which they act, ``(q,2d) (d,q)``,
of the letters d, q, and m, r for the inner sizes of an embedding and an unembedding, n for d where
inputs have more values than outputs; docs/reference/weights.md has the table.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from math import prod
from typing import NamedTuple, Self, final

import numpy as np

from algebra.numbers.arrays import Floats
from numeric.weights.arrays.stored import Arrays, Shape, parts
from numeric.weights.plain_network import KEYS, TwoLayer, WeightFileError

#: More matrices than a layout has; more layouts than are looked at; values of inputs alone, and
#: outputs alone, of which there may be twice as many as values.
MOST, MANY, SPARE = 8, 400, 4


@final
class Place(NamedTuple):
    """A place in a layout: its role, and the letters of its rows and columns."""

    role: str
    rows: str
    columns: str


def _forms() -> list[tuple[Place, ...]]:
    """Return the layouts, matrices not turned, those of few matrices first."""
    found = []
    plain = (Place("last", "n", "q"),)
    inner = (Place("last", "r", "q"), Place("unembedding", "n", "r"))
    for embeddings, m in ((0, "d"), (1, "m"), (2, "m")):
        head = (Place("embedding", "d", "m"),) * embeddings
        tied = [(Place("last", "m", "q"),)] * (embeddings == 1)
        for tails in ([plain, *tied], [inner]):
            for count, columns in ((2, m), (1, m), (1, f"2{m}")):
                first = (Place("first", "q", columns),) * count
                found += [(*head, *first, *tail) for tail in tails]
    return sorted(found, key=len)


FORMS = _forms()


@final
@dataclass(frozen=True, slots=True)
class Layout:
    """Matrices by name in the places of a layout, whether each is stored transposed, and the number
    behind each letter; the arrays beside them, the biases by place, the name above all, and other
    records like it.

    ``unusual`` is what speaks against it, the gravest first: matrices over; another order than that
    of the group, matrices in no record like its own; other numbers of outputs than of values,
    names, embeddings and the like; fewer hidden nodes than values of an input, if no layer is a
    ``weight``, which PyTorch never transposes; the order of the file, transposed matrices.
    ``twice`` is whether the bias of a layer that both inputs go through counts twice.
    """

    keys: tuple[str, ...]
    places: tuple[Place, ...]
    turned: tuple[bool, ...]
    sizes: Mapping[str, int]
    unusual: tuple[int, ...]
    twice: bool = False
    beside: Arrays = field(default_factory=dict)
    biases: Mapping[int, str] = field(default_factory=dict)
    above: str = ""
    alike: Sequence[Self] = ()

    def numbers(self) -> str:
        """Return the number behind each letter, in writing."""
        shown = sorted(x for x in self.sizes if x != "n" or not self.square)
        return ", ".join(f"{letter} = {self.sizes[letter]}" for letter in shown)

    def of(self, role: str) -> list[int]:
        """Return the indices of the matrices of a role."""
        return [i for i, place in enumerate(self.places) if place.role == role]

    @property
    def tied(self) -> bool:
        """Whether outputs are read by the embedding."""
        return self.places[-1].rows == "m"

    @property
    def kind(self) -> tuple[int, ...]:
        """What speaks against it but for its width, the order of the file, transposed matrices."""
        return self.unusual[:-3]

    @property
    def square(self) -> bool:
        """Whether there are as many outputs as values of an input."""
        return self.tied or self.sizes["n"] == self.sizes["d"]

    @property
    def usual(self) -> bool:
        """Whether it is that of the files that are written here."""
        names = tuple(".".join(parts(key)[-2:]) for key in self.keys)
        return names == KEYS and not any(self.turned)

    @property
    def wide(self) -> bool:
        """Whether the first layer is one of both inputs side by side."""
        return any(place.columns[0] == "2" for place in self.places)

    @property
    def clear(self) -> bool:
        """Whether it can hardly be another kind of network: none is over, no two act in a row."""
        over, _, leaves, oblong, *_ = self.unusual
        return not (over or leaves or oblong or self.tied or self.of("unembedding"))

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
        added = ", whose bias is added for each input" * self.twice
        return ", ".join(f"{key} {s}" for key, s in zip(self.keys, shapes, strict=True)) + added


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
    names = list(shapes)

    def extend(
        keys: tuple[str, ...], turned: tuple[bool, ...], sizes: dict[str, int]
    ) -> Iterator[Layout]:
        i = len(keys)
        if i == len(form):
            order = [names.index(key) for key in keys]
            inverted = sum(x > y for n, x in enumerate(order) for y in order[n + 1 :])
            found = Layout(keys, form, turned, sizes, ())
            more = len(form) - len(found.of("first")) - 1 + 2 * found.tied
            grave = len(names) - i, int(not found.square), _against(form, keys), more
            narrow = sizes["q"] < sizes["d"] and not any(key.endswith("weight") for key in keys)
            yield replace(found, unusual=(*grave, int(narrow), inverted, sum(turned)))
            return
        place, again = form[i], i and form[i - 1].role == form[i].role
        for name in names[i : i + 1] if ordered else names:
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
    if letter == "n" and not -SPARE <= size - sizes["d"] <= max(SPARE, sizes["d"]):
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


#: Vectors of these names are no biases, whatever their length.
OTHERS = re.compile(r"loss|acc|mask|idx|index|hist|step|time|epoch|train|test|perm|label")
#: Vectors of these are a layer that normalises.
NORMALISING = re.compile(r"(^|[./])(running_(mean|var)|gamma|weight|ln\w*[./]w)$")
#: A number of such a name multiplies the outputs.
SCALE = re.compile(r"(^|[./_])(scale|gain|alpha|factor|multiplier)$")
Load = Callable[[str], Floats]


def biases_of(layout: Layout, beside: Arrays) -> dict[int, str] | None:
    """Return the vector that is the bias of each place, or None if the layout cannot be right.

    A vector belongs to the matrix of its layer, else to the first place without one whose size it
    has; one place more stands for outputs that an embedding reads. A layer that normalises is
    refused.
    """
    letters = ["m" if place.role == "embedding" else place.rows for place in layout.places]
    lengths = [layout.sizes[x] for x in (*letters, *["d"] * layout.tied)]
    found: dict[int, str] = {}
    named = {k: x.size for k, x in beside.items() if len(x.shape) == 1}
    vectors = {k: n for k, n in named.items() if n > 1 or parts(k)[-1] == "bias"}
    rest = []
    for name, size in vectors.items():
        layer = parts(name)[:-1]
        own = [i for i, key in enumerate(layout.keys) if parts(key)[:-1] == layer != []]
        if len(own) != 1 or re.search(r"norm", name.lower()):
            rest.append(name)
        elif lengths[own[0]] != size:
            return None
        else:
            found[own[0]] = name
    for name in rest:
        if OTHERS.search(name.lower()):
            continue
        free = [i for i, n in enumerate(lengths) if n == vectors[name] and i not in found]
        free.sort(key=lambda i: i in layout.of("embedding"))
        if free and NORMALISING.search(name):
            raise WeightFileError(
                f"{name} {beside[name].shape} is of a layer that normalises, which is not read; "
                f"train without it, or fold it into the weights"
            )
        if free:
            found[free[0]] = name
    return found


#: A matrix that acts on rows, and a bias that is added to them.
Link = tuple[Floats, Floats | None]


def assembled(
    layout: Layout, load: Load, *, activation: str, normalised: bool, metadata: Mapping[str, str]
) -> tuple[TwoLayer, set[str]]:
    """Return the network of a layout, in factors, and the names of the arrays it is made of."""
    matrix = [load(k).T if t else load(k) for k, t in zip(layout.keys, layout.turned, strict=True)]
    bias = {i: load(name) for i, name in layout.biases.items()}
    said = [f"bias {name}" for name in layout.biases.values()]
    embeddings: list[list[Link]] = []
    for i in layout.of("embedding"):
        identity = np.array_equal(matrix[i], np.eye(*matrix[i].shape))
        said.append(f"embedding {layout.keys[i]}" + " (the identity)" * identity)
        embeddings.append([] if identity and i not in bias else [(matrix[i], bias.get(i))])
    embeddings = embeddings or [[]]
    hidden, at = layout.of("first"), layout.of("last")[0]
    layers = [matrix[i].T for i in hidden]
    if layout.wide:
        layers = np.split(layers[0], 2)
    # A first bias is one of the nodes, a second one is added to what y gives.
    of_nodes = [bias[i] for i in hidden if i in bias] * (1 + layout.twice)
    nodes, more = [*of_nodes, None, None][:2]
    first = _of_inputs([*embeddings[0], (layers[0], None)])
    same = embeddings[0] is embeddings[-1] and layers[0] is layers[-1] and more is None
    second = first if same else _of_inputs([*embeddings[-1], (layers[-1], more)])
    outwards: list[Link] = [(matrix[at].T, None)]
    end = at
    if layout.tied or layout.of("unembedding"):
        end, then = at + 1, 0 if layout.tied else at + 1
        outwards = [(matrix[at].T, bias.get(at)), (matrix[then].T, None)]
        said.append(f"unembedding {layout.keys[then]}{', tied' * layout.tied}")
    last, one = _carried(outwards)
    if one:  # it is a node whose input is always 1
        first, second = ((*x[:-1], np.pad(x[-1], ((0, 0), (0, 1)))) for x in (first, second))
        nodes = np.append(np.zeros(len(last[0]) - 1) if nodes is None else nodes, 1.0)
    scales = [name for name, x in layout.beside.items() if x.size == 1 and SCALE.search(name)]
    scale = prod((float(load(name).item()) for name in scales), start=1.0)
    said += [f"scale {name}" for name in scales]
    if normalised:
        scale /= 2 * layout.sizes["d"]
        said.append("the factor 1/2d")
    notes = [] if layout.usual else [f"read {layout.described()}: {layout.numbers()}"]
    if said:
        notes.append(f"folded in exactly: {', '.join(said)}")
    made = TwoLayer(
        first, second, last, nodes, bias.get(end), scale, activation, tuple(notes), metadata
    )
    return made, {*layout.keys, *layout.biases.values(), *scales}


def _carried(links: Sequence[Link]) -> tuple[tuple[Floats, ...], bool]:
    """Return the matrices of links, up to the last bias with a one that is carried along, which the
    biases are added with; and whether there is one.
    """
    last = max((i for i, (_, b) in enumerate(links) if b is not None), default=-1)
    found = []
    for i, (x, b) in enumerate(links):
        if i <= last:
            x = np.vstack([x, np.zeros(x.shape[1], x.dtype) if b is None else b])
        if i < last:
            x = np.column_stack([x, np.eye(len(x), dtype=x.dtype)[-1]])
        found.append(x)
    return tuple(found), last >= 0


def _of_inputs(links: Sequence[Link]) -> tuple[Floats, ...]:
    """Return matrices whose product has the rows of links, biases added."""
    factors, one = _carried(links)
    d = len(links[0][0])
    return (np.column_stack([np.eye(d), np.ones(d)]), *factors) if one else factors
