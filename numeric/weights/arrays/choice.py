"""Which of the networks that the arrays of a container may be it is: the one that answers.

Shapes may leave several: with ``q`` and ``d`` exchanged, a layer on either side of the hidden
nodes, one input layer for both or two side by side. An operation that is answered decides, as far
as it is no chance; else the most usual layout is taken, if there is nothing odd about it.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from math import log
from operator import is_
from typing import NamedTuple, TypedDict

import numpy as np

from algebra.groups.group import MAX_ORDER, AbelianGroup
from algebra.groups.isotopy import is_latin
from algebra.machine.read_file import printable
from algebra.numbers.arrays import Int64
from numeric.operations.named import Operation, operations
from numeric.weights.arrays.layouts import Layout, assembled, biases_of, fitting
from numeric.weights.arrays.stored import (
    EXACT,
    Arrays,
    attends,
    copies_in,
    matrices_of,
    other_network,
    parts,
    require_real,
    selected,
    subtrees,
    unstacked,
    what_it_is,
)
from numeric.weights.plain_network import CHUNK, TwoLayer, WeightFileError, checked_activation

#: Pairs that are looked at, fewer where there are very many outputs.
PAIRS, LEAST = 2048, 64
#: Nats from which on agreement is no chance; in small groups where it is complete, if that says so
#: much.
CHANCE, LITTLE = 20.0, 5.0
#: Values of an input without an answer of their own: so many may come last.
SPARE, SMALL = 4, 256
#: From this accuracy on nothing else is tried, nor are layouts of other sizes asked.
CLEAR = 0.9


class Answer(NamedTuple):
    """The share of pairs that are answered as an operation says, 0 if that may be chance."""

    accuracy: float
    operation: str
    pairs: int


def answered(network: TwoLayer) -> Answer:
    """Return the operation with a name, or Latin square, that some 2,000 answers fit best."""
    d, n, q = network.inputs, network.outputs, network.width
    if d == 1 or not q:
        return Answer(0.0, "", 0)
    count = min(d * d, PAIRS, max(LEAST, CHUNK // max(d, n, q)))
    chosen: Int64 = np.arange(d * d)
    if count < d * d:
        chosen = np.random.default_rng(0).integers(0, d * d, count)
    x, y = np.divmod(chosen, d)
    answers = network.answers(x, y)
    # Where both inputs go through the same layers, (y, x) tells nothing that (x, y) does not.
    told = 0.5 if all(map(is_, network.first, network.second)) else 1.0
    if count == d * d and d == n > 2 and is_latin(answers.reshape(d, d)):
        return max(_among(x, y, answers, d, told), Answer(1.0, "a Latin square", d * d))
    best = _among(x, y, answers, min(d, n), told)
    if best.accuracy < CLEAR and d <= SMALL:
        fewer = range(min(d, n) - 1, min(d, n) - SPARE - 1, -1)
        best = max(best, *(_among(x, y, answers, k, told) for k in fewer))
    return best


def _among(x: Int64, y: Int64, answers: Int64, d: int, told: float) -> Answer:
    """Return the best operation on the first ``d`` values, of accuracy 0 if that may be chance.

    Of K operations that each agree on n pairs with probability r, one does on a share ``p`` with
    probability at most ``K e^(-n D)``, ``D`` being the divergence of p from r (Chernoff). Here r is
    ``1/d``; for products, which are no Latin squares, the share of the most frequent answer.
    """
    inside = (x < d) & (y < d)
    share = float((answers[inside] < d).mean()) if inside.any() else 0.0
    inside &= answers < d
    on = "" if inside.all() else f" on the numbers 0..{d - 1}"
    x, y, answers = x[inside], y[inside], answers[inside]
    if d < 2 or share <= 0.5 or 2 * len(np.unique(answers)) < d:
        return Answer(0.0, "", 0)
    found = operations(answers, AbelianGroup(d), pairs=(x, y))
    tried, frequent = log(d * len(found)), float(np.bincount(answers).max() / len(answers))

    def nats(x: Operation) -> float:
        uneven = "*" in x.name or "/" in x.name
        return told * x.pairs * _divergence(x.accuracy, frequent if uneven else 1 / d) - tried

    best = max(found, key=nats)
    sure = nats(best) >= min(CHANCE, told * best.pairs * log(d) - tried) > LITTLE
    name = best.name if " on " in best.name else best.name + on
    return Answer(best.accuracy * share if sure else 0.0, name, best.pairs)


def _divergence(p: float, chance: float) -> float:
    """Return ``p log(p/r) + (1-p) log((1-p)/(1-r))``, 0 for p up to the chance r."""
    parts = ((p, chance), (1 - p, 1 - chance))
    return sum(x * log(x / r) for x, r in parts if x) if p > chance else 0.0


#: Layouts that leave no matrices over, or leave some, that are asked; that are listed, at most.
ASKED, SHOWN = 48, 4
#: Characters of a name, which strangers choose, that are looked at.
LONGEST = 200
#: A layout that else would be in doubt answers more than this.
SURE = 0.5


class Choice(TypedDict, total=False):
    """What shapes may leave open, and no file says: the arguments of `network_in`."""

    layout: str | None
    keys: str | Sequence[str] | None
    activation: str
    normalised: bool


def network_in(
    arrays: Arrays,
    metadata: Mapping[str, str],
    *,
    order: int | None = None,
    layout: str | None = None,
    keys: str | Sequence[str] | None = None,
    activation: str = "square",
    normalised: bool = False,
) -> TwoLayer:
    """Return the network that the arrays of a container are, or say what was found and what is
    read.

    A group that the file's metadata name is believed; ``order`` is that of the group, if it is
    known. ``layout``, ``keys`` and the rest are as `numeric.weights.given.reading` has them.
    """
    activation = checked_activation(activation)
    arrays = {printable(name)[:LONGEST]: x for name, x in arrays.items()}
    chosen, acting = selected(unstacked(arrays), keys)
    given = layout is not None or keys is not None
    if not given and attends(chosen):
        raise WeightFileError(what_it_is(chosen))
    copies = [] if given else copies_in(chosen)
    if keys is None:
        require_real(chosen)
        chosen = {name: x for name, x in chosen.items() if not any(name in x for x in copies)}
    found = _candidates(chosen, acting, layout, order)
    load = cache(lambda name: chosen[name].floats(name))

    def network(x: Layout, activation: str) -> TwoLayer:
        made, used = assembled(
            x, load, activation=activation, normalised=normalised, metadata=metadata
        )
        bases = {k if k in arrays else re.sub(r"^\d+\.|\[\d\]$", "", k) for k in used}
        rest = [name for name in arrays if name not in bases]
        shown = ", ".join(rest[:4]) + (f", ... ({len(rest)} in all)" if len(rest) > 4 else "")
        notes = [f"left out: {shown}"] if rest else []
        for copy in copies[:1]:
            keys = ",".join(name for name in copy if len(arrays[name].shape) == 2)
            notes.append(f"what is left out holds a copy by its names; --keys {keys} reads it")
        return replace(made, notes=(*made.notes, *notes))

    if not given and found and found[0].usual and "group" in metadata:
        return network(found[0], activation)
    if not given and not (found and found[0].clear) and other_network(chosen):
        raise WeightFileError(what_it_is(chosen))
    clear = [given or x.clear for x in found]
    # Where the most usual one is clear, none is asked that leaves more matrices over.
    asked = [x for x in found if not clear[0] or x.unusual[0] <= found[0].unusual[0]]
    # With other nodes than was said it may answer, which tells the layout as well.
    for sigma in dict.fromkeys((activation, "square", "relu", "abs")):
        answers: dict[int, Answer] = {}
        sizes: set[int] = set()
        for i, x in enumerate(asked):
            # Once one is clear, others are asked only if they have as many values of an input.
            if not sizes or x.sizes["d"] in sizes:
                answers[i] = answered(network(x, sigma))
                if answers[i].accuracy >= CLEAR:
                    sizes.add(x.sizes["d"])
        sure = [i for i, x in answers.items() if x.accuracy > (0 if clear[i] else SURE)]
        if sure:
            break
    if not sure and not any(clear[:1]):
        fits = next((x.text for x in found if not (x.tied or x.of("unembedding"))), None)
        raise WeightFileError(what_it_is(chosen, fits))
    best = min(sure or [0], key=lambda i: (found[i].kind, -answers[i].accuracy))
    if not answers[best].accuracy:  # of records alike the last that answers
        for other in found[best].alike[: -ASKED - 1 : -1]:
            if answered(network(other, activation)).accuracy:
                found = [_of_record(x, other.above) for x in found]
                answers = {i: answered(network(found[i], activation)) for i in answers}
                break
    return _with_note(network(found[best], activation), found, answers, best)


def _candidates(
    arrays: Arrays, acting: tuple[str, ...] | None, text: str | None, order: int | None
) -> list[Layout]:
    """Return what may be the network, the most usual first, those that leave matrices over last; of
    several records alike one; of the layout of a text, if it is given.
    """
    found: dict[tuple[tuple[str, ...], str], list[Layout]] = {}
    seen: set[tuple[tuple[str, ...], str]] = set()
    for above, tree in subtrees(arrays) if acting is None else [("", arrays)]:
        shapes = matrices_of(tree)
        if acting is not None:
            shapes = {name: shapes[name] for name in acting}
        layer = {k: parts(k)[:-1] for k in tree}
        for layout in fitting(shapes, ordered=acting is not None):
            own = [layer[k] for k in layout.keys]
            others = [layer[k] for k in shapes if layer[k] not in own]  # with what is beside them
            beside = {
                k: x
                for k, x in tree.items()
                if x.dtype in EXACT and k not in layout.keys and layer[k] not in others
            }
            biases = biases_of(layout, beside)
            if biases is None or layout.sizes["d"] > MAX_ORDER:
                continue
            hidden = layout.of("first")
            shared = len(hidden) == 1 and hidden[0] in biases and not layout.wide
            for twice in (False, True)[: 1 + shared]:
                x = replace(layout, twice=twice, beside=beside, biases=biases, above=above)
                if (x.keys, x.text) in seen:
                    continue
                seen.add((x.keys, x.text))
                alike = tuple(key[len(above) :].lstrip("./") for key in x.keys), x.text
                found.setdefault(alike, []).append(x)
    texts = list(dict.fromkeys(text for _, text in found))
    wanted = text and re.sub(r"\)(?=.)", ") ", text.replace(" ", ""))
    if texts and text is not None and wanted not in texts:
        raise WeightFileError(
            f"layout={text!r:.60}: the arrays do not fit it; they fit {' or '.join(texts[:SHOWN])}"
        )
    matrices, chosen = set(matrices_of(arrays)), []
    for records in found.values():
        # The last of a list, or of names with numbers; else the first in the file, of those below
        # the fewest names, and whose name is not another's with something more.
        numbered = len({re.sub(r"\d+", "0", x.above) for x in records}) == 1
        rank = _numbers if numbered else _rank
        x = min(records, key=lambda x: (rank(x), sum(y.above in x.above for y in records)))
        if wanted is None or x.text == wanted:
            copies = [y for y in records if y is not x]
            elsewhere = tuple(f"{y.above}." for y in copies)
            rest = matrices.difference(*(y.keys for y in records))
            leaves = not all(name.startswith(elsewhere) for name in rest)
            over = min(y.unusual[0] for y in records)
            differs = order is not None and x.sizes["d"] != order
            unusual = over, differs, leaves, *x.unusual[1:]
            chosen.append(replace(x, unusual=unusual, alike=copies))
    chosen.sort(key=lambda x: (x.unusual[:2], x.unusual[3:]))  # others may be of another record
    whole = sum(not x.unusual[0] for x in chosen)
    return [*chosen[: min(whole, ASKED)], *chosen[whole : whole + ASKED]]


def _of_record(x: Layout, above: str) -> Layout:
    """Return a layout in another record, where it is there too."""
    every = [x, *x.alike]
    own = next((y for y in every if y.above == above), x)
    rest = [y for y in every if y is not own]
    return replace(own, unusual=x.unusual, alike=rest)


def _numbers(x: Layout) -> list[int]:
    return [-int(n) for n in re.findall(r"\d+", x.above)]


def _rank(x: Layout) -> list[int]:
    return [-int(name) if name.isdecimal() else 0 for name in parts(x.above) if name]


def _with_note(
    network: TwoLayer, found: list[Layout], answers: dict[int, Answer], best: int
) -> TwoLayer:
    """Return the network with a sentence on what else fits, where that matters."""
    mine, answer, notes = found[best], answers[best], list(network.notes)
    if mine.alike:
        read, another = (x.above or ",".join(x.keys) for x in (mine, mine.alike[-1]))
        notes.append(
            f"there are {len(mine.alike) + 1} records of weights, and {read} is read; choose "
            f"another with --keys, such as --keys {another}"
        )
    others = [i for i in answers if i != best]
    near = max(CLEAR * answer.accuracy, 1e-9)
    rivals = [found[i] for i in others if answers[i].accuracy >= near]
    # Those that no more speaks against; else the most usual, or what is transposed alone.
    rivals = [
        x
        for x in rivals
        if x.kind <= mine.kind and (x.places == mine.places or x.unusual <= mine.unusual)
    ] or [
        x
        for i, x in ((i, found[i]) for i in others)
        if i == 0
        or (
            (x.keys, x.places) == (mine.keys, mine.places)
            and x.unusual[:2] <= mine.unusual[:2]
            and (not answer.accuracy or x.sizes["d"] == mine.sizes["d"])
        )
    ]
    if rivals and network.inputs > 1:
        other = rivals[0]
        why = "neither answers an operation with a name"
        if answer.accuracy:
            why = f"this one answers {answer.operation} in {answer.accuracy:.1%} of pairs"
        how = f"--layout '{other.text}'" if other.text != mine.text else ""
        how = how or f"--keys {','.join(other.keys)}"
        notes.append(f"by its shapes it may also be {other.described()}; {why}; choose with {how}")
    return replace(network, notes=tuple(notes))
