"""Which of the networks that the arrays of a container may be it is: the one that answers.

Shapes may leave several: with ``q`` and ``d`` exchanged, a layer on either side of the hidden
nodes, one input layer for both or two side by side. An operation that is answered decides, as far
as it is no chance; else the most usual layout is taken, if there is nothing odd about it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from math import log
from operator import is_
from typing import NamedTuple, TypedDict, final

import numpy as np

from algebra.groups.group import MAX_ORDER, AbelianGroup
from algebra.groups.isotopy import is_latin
from algebra.machine.read_file import printable
from algebra.numbers.arrays import Int64
from numeric.operations.named import Operation, on_pairs
from numeric.weights.arrays.layouts import SCALE, Layout, assembled, biases_of, fitting
from numeric.weights.arrays.stored import (
    EXACT,
    Arrays,
    attends,
    matrices_of,
    other_network,
    require_real,
    selected,
    subtrees,
    unstacked,
    what_it_is,
)
from numeric.weights.plain_network import WeightFileError
from numeric.weights.two_layer import TwoLayer, checked_activation

#: Pairs that are looked at, and outputs computed at once for them.
PAIRS, LEAST, CHUNK = 2048, 64, 1 << 22
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
    """Return the operation of `numeric.operations.named`, or the Latin square, that a network
    answers best, evaluated on 2,048 pairs or all.
    """
    d, n, q = network.inputs, network.outputs, network.width
    if d == 1 or not q:
        return Answer(0.0, "", 0)
    count = min(d * d, PAIRS, max(LEAST, CHUNK // max(d, n, q)))
    chosen: Int64 = np.arange(d * d)
    if count < d * d:
        chosen = np.random.default_rng(0).integers(0, d * d, count)
    x, y = np.divmod(chosen, d)
    with np.errstate(over="ignore", invalid="ignore"):
        answers: Int64 = network.at(x, y).argmax(axis=1)
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
    x, y, answers = x[inside], y[inside], answers[inside]
    if d < 2 or share <= 0.5 or 2 * len(np.unique(answers)) < d:
        return Answer(0.0, "", 0)
    found = on_pairs(x, y, answers, AbelianGroup(d))
    tried, frequent = log(d * len(found)), float(np.bincount(answers).max() / len(answers))

    def nats(x: Operation) -> float:
        uneven = "*" in x.name or "/" in x.name
        return told * x.pairs * _divergence(x.accuracy, frequent if uneven else 1 / d) - tried

    best = max(found, key=nats)
    sure = nats(best) >= min(CHANCE, told * best.pairs * log(d) - tried) > LITTLE
    return Answer(best.accuracy * share if sure else 0.0, best.name, best.pairs)


def _divergence(p: float, chance: float) -> float:
    """Return ``p log(p/r) + (1-p) log((1-p)/(1-r))``, 0 for p up to the chance r."""
    if p <= chance:
        return 0.0
    rest = (1 - p) * log((1 - p) / (1 - chance)) if p < 1 else 0.0
    return p * log(p / chance) + rest


#: Layouts that are asked what they answer, and that are listed, at most.
ASKED, SHOWN = 48, 4
#: Characters of a name, which strangers choose, that are looked at.
LONGEST = 200
#: Above this accuracy it is a layout that else would be in doubt.
SURE = 0.5


@final
@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """A layout, the arrays and biases with it, the name above all, and those of records like it."""

    layout: Layout
    beside: Arrays
    biases: Mapping[int, str]
    above: str = ""
    alike: list[str] = field(default_factory=list)

    @property
    def used(self) -> set[str]:
        """The names of all arrays that are part of the network."""
        scales = {name for name, x in self.beside.items() if x.size == 1 and SCALE.search(name)}
        return {*self.layout.keys, *self.biases.values(), *scales}


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
    if keys is None:
        require_real(chosen)
    found = _asked_for(_candidates(chosen, acting), layout, order)
    load = cache(lambda name: chosen[name].floats(name))

    def network(x: Candidate, activation: str) -> TwoLayer:
        made = assembled(
            x.layout, x.beside, x.biases, load,
            activation=activation, normalised=normalised, metadata=metadata,
        )  # fmt: skip
        bases = {re.sub(r"\[\d\]$", "", name) for name in x.used}
        rest = [name for name in arrays if name not in bases]
        shown = ", ".join(rest[:4]) + (f", ... ({len(rest)} in all)" if len(rest) > 4 else "")
        return replace(made, notes=(*made.notes, f"left out: {shown}")) if rest else made

    if not given and found and found[0].layout.usual and "group" in metadata:
        return network(found[0], activation)
    whole = [x for x in found if not x.layout.unusual[0]]
    odd = None if given or (whole and not whole[0].layout.doubtful) else other_network(chosen)
    if odd is not None:
        raise WeightFileError(what_it_is(chosen))
    for some in filter(None, (whole, [x for x in found if x.layout.unusual[0]])):
        some = some[:ASKED]
        answers: dict[int, Answer] = {}
        doubtful = not given and (some[0].layout.doubtful or _leaves(some[0], chosen))
        enough = SURE if doubtful else 0
        # With other nodes than was said it may answer, which tells the layout as well.
        for sigma in dict.fromkeys((activation, "square", "relu", "abs")):
            answers = _answers(some, lambda x, sigma=sigma: answered(network(x, sigma)))  # type: ignore[misc]
            if any(x.accuracy > enough for x in answers.values()):
                break
        else:
            if doubtful:
                continue
        leaving = [_leaves(x, chosen) for x in some]
        best = _best(some, answers, order, leaving)
        return _with_note(network(some[best], activation), some, answers, best)
    raise WeightFileError(what_it_is(chosen))


def _leaves(x: Candidate, arrays: Arrays) -> bool:
    """Return whether there are matrices that are in no record like the one it is of."""
    others = set(matrices_of(arrays)) - set(x.layout.keys)
    return not all(any(name.startswith(f"{above}.") for above in x.alike) for name in others)


def _best(
    found: list[Candidate], answers: dict[int, Answer], order: int | None, leaving: list[bool]
) -> int:
    """Return the most usual kind that answers, leaving out no matrix, and of that kind the best."""
    answering = [i for i, x in answers.items() if x.accuracy] or [0]
    kinds = {
        i: (found[i].layout.size("d") != order, leaving[i], *found[i].layout.kind)
        for i in answering
    }
    alike = [i for i in answering if kinds[i] == min(kinds.values())]
    return max(alike, key=lambda i: answers[i].accuracy)


def _answers(found: list[Candidate], ask: Callable[[Candidate], Answer]) -> dict[int, Answer]:
    """Return what candidates answer, by their place in the list; once one is clear, others are
    asked only if they have as many values of an input.
    """
    answers: dict[int, Answer] = {}
    sizes: set[int] = set()
    for i, x in enumerate(found):
        if sizes and x.layout.size("d") not in sizes:
            continue
        answers[i] = ask(x)
        if answers[i].accuracy >= CLEAR:
            sizes.add(x.layout.size("d"))
    return answers


def _candidates(arrays: Arrays, acting: tuple[str, ...] | None) -> list[Candidate]:
    """Return what may be the network, the most usual first; of several records alike the first."""
    found: dict[tuple[tuple[str, ...], str], Candidate] = {}
    seen: set[tuple[tuple[str, ...], str]] = set()
    for above, tree in subtrees(arrays) if acting is None else [("", arrays)]:
        shapes = matrices_of(tree)
        if acting is not None:
            shapes = {name: shapes[name] for name in acting}
        for layout in fitting(shapes, ordered=acting is not None):
            beside = {k: x for k, x in tree.items() if x.dtype in EXACT and k not in layout.keys}
            biases = biases_of(layout, beside)
            if biases is None or layout.size("d") > MAX_ORDER:
                continue
            hidden = layout.of("first")
            shared = len(hidden) == 1 and hidden[0] in biases and not layout.wide
            for twice in (False, True)[: 1 + shared]:
                x = replace(layout, twice=twice)
                if (x.keys, x.text) in seen:
                    continue
                seen.add((x.keys, x.text))
                alike = tuple(key[len(above) :] for key in x.keys), x.text
                if alike in found:
                    found[alike].alike.append(above)
                else:
                    found[alike] = Candidate(x, beside, biases, above)
    return sorted(found.values(), key=lambda x: x.layout.unusual)


def _asked_for(found: list[Candidate], layout: str | None, order: int | None) -> list[Candidate]:
    """Return those of a layout, those of an order of the group first."""
    if layout is not None and found:
        wanted = re.sub(r"\)(?=.)", ") ", layout.replace(" ", ""))
        texts = list(dict.fromkeys(x.layout.text for x in found))
        found = [x for x in found if x.layout.text == wanted]
        if not found:
            raise WeightFileError(
                f"layout={layout!r:.60}: the arrays do not fit it; they fit "
                f"{' or '.join(texts[:SHOWN])}"
            )
    if order is not None:
        found = sorted(found, key=lambda x: x.layout.size("d") != order)
    return found


def _with_note(
    network: TwoLayer, found: list[Candidate], answers: dict[int, Answer], best: int
) -> TwoLayer:
    """Return the network with a sentence on what else fits, where that matters."""
    mine, answer = found[best], answers[best]
    notes = list(network.notes)
    if mine.alike:
        notes.append(
            f"there are {len(mine.alike) + 1} records of weights, and {mine.above} is read; choose "
            f"another with --keys, such as --keys {mine.alike[-1]}"
        )
    near = max(CLEAR * answer.accuracy, 1e-9)
    likely = [i for i, x in answers.items() if i != best and x.accuracy >= near]
    rivals = [i for i in likely if _as_likely(found[i].layout, mine.layout)]
    rivals = rivals or [i for i in answers if i != best and (i == 0 or _turned(found[i], mine))]
    if rivals and network.inputs > 1:
        other = found[rivals[0]].layout
        why = "neither answers an operation with a name"
        if answer.accuracy:
            why = f"this one answers {answer.operation} in {answer.accuracy:.1%} of pairs"
        how = f"--layout '{other.text}'"
        if other.text == mine.layout.text:
            how = f"--keys {','.join(other.keys)}"
        notes.append(f"by its shapes it may also be {other.described()}; {why}; choose with {how}")
    return replace(network, notes=tuple(notes))


def _as_likely(x: Layout, y: Layout) -> bool:
    """Return whether names speak no more against one layout than against another."""
    return x.kind <= y.kind and (x.places == y.places or x.unusual <= y.unusual)


def _turned(x: Candidate, y: Candidate) -> bool:
    """Return whether two layouts differ by what is transposed alone, with as many values."""
    return (x.layout.keys, x.layout.places) == (y.layout.keys, y.layout.places) and (
        x.layout.size("d") == y.layout.size("d")
    )
