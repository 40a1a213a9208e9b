"""Faults in the engine: copies of its modules with one place changed, and wrong losses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from algebra.criterion import tensor
from algebra.criterion.target import Target
from algebra.criterion.tensor import FunctionTensor, Route
from algebra.numbers.scalar import Scalar
from algebra.semiring.element import Element
from proofs.self_test.fault import Mutant, patched
from proofs.subjects.subject import Subject

Compute = Callable[[Any, Element], FunctionTensor]


def _sparse(copy: Any, z: Element) -> FunctionTensor:
    return FunctionTensor(z.group, *copy.sparse_sums(z.nodes, "T"))


def _dense(copy: Any, z: Element) -> FunctionTensor:
    keys = copy.dense_mismatches(z.nodes, np.empty(0, dtype=np.int64))
    values = copy.exact_entries(copy.dense(z.nodes), keys, "T")
    live = np.array([bool(x) for x in values.scalars], dtype=bool)[values.ids]
    return FunctionTensor(z.group, keys[live], values[live])


def _composed(copy: Any, z: Element) -> FunctionTensor:
    table = copy.composed_tensor(z)
    return FunctionTensor(z.group, table.key, table.value)


def _route(
    route: Route, module: str, compute: Compute, *, old: str, new: str
) -> Callable[[Subject], Subject]:
    """Plant a fault in a copy of one route's module; the other routes stay."""

    def plant(s: Subject) -> Subject:
        copy = patched(module, old=old, new=new)

        def faulty(z: Element, asked: Route) -> FunctionTensor:
            chosen = tensor.choose_route(z) if asked == "auto" else asked
            return compute(copy, z) if chosen == route else s.tensor(z, asked)

        return replace(s, tensor=faulty)

    return plant


def _loss(change: Callable[[Element, Target, Scalar], Scalar]) -> Callable[[Subject], Subject]:
    def plant(s: Subject) -> Subject:
        return replace(s, loss=lambda z, target: change(z, target, s.loss(z, target)))

    return plant


SPARSE, DENSE, COMPOSED = (
    "algebra.criterion.sparse",
    "algebra.criterion.dense",
    "algebra.criterion.composed",
)
MUTANTS: tuple[Mutant, ...] = (
    Mutant(
        "engine.sparse-half",
        "the sparse route counts unordered pairs k', k'' once",
        _route(
            "sparse",
            SPARSE,
            _sparse,
            old="2 - (first == second)",
            new="1 + ((first < na) & (second >= na))",
        ),
        ("criterion.tensor", "criterion.output", "criterion.routes", "criterion.placed"),
        "Z3",
    ),
    Mutant(
        "engine.sparse-place",
        "the sparse route puts the sums of a where those of b belong",
        _route(
            "sparse",
            SPARSE,
            _sparse,
            old="            k1, k2 = spectrum.add(x[:, run, i], x[:, run, j])\n",
            new="            k1, k2 = spectrum.add(x[:, run, i], x[:, run, j])\n"
            "            k1, k2 = np.where(j < runs.columns[0], [k2, k1], [k1, k2])\n",
        ),
        ("criterion.tensor", "symmetries.swap"),
    ),
    Mutant(
        "engine.sparse-skips",
        "the sparse route skips the nodes of the last support",
        _route(
            "sparse",
            SPARSE,
            _sparse,
            old="np.unique(lengths).tolist()",
            new="np.unique(lengths).tolist()[:-1]",
        ),
        ("criterion.routes",),
    ),
    Mutant(
        "engine.sparse-first",
        "the sparse route counts the first node twice",
        _route(
            "sparse",
            SPARSE,
            _sparse,
            old="        row, code = nodes.row[at], terms.code[at]\n",
            new="        at = np.concatenate([at[:1], at])\n"
            "        row, code = nodes.row[at], terms.code[at]\n",
        ),
        ("symmetries.permutation", "criterion.tensor", "optimizers.order6"),
    ),
    Mutant(
        "engine.dense-energy",
        "the dense route forgets the sums over k'",
        _route(
            "dense",
            DENSE,
            _dense,
            old="for axis, squares in enumerate(energy):",
            new="for axis, squares in enumerate(energy[:0]):",
        ),
        ("criterion.routes",),
    ),
    Mutant(
        "engine.dense-bound",
        "the dense route takes a prime without looking at the bound",
        _route(
            "dense",
            DENSE,
            _dense,
            old="    how = how or plan(nodes, weights)\n",
            new="    from dataclasses import replace\n"
            "    from algebra.numbers.roots_of_unity import split_prime\n"
            "    how = how or plan(nodes, weights)\n"
            "    n = np.lcm(how.field, group.exponent).item()\n"
            "    how = replace(how, primes=(split_prime(n, above=n),))\n",
        ),
        ("criterion.bound", "criterion.limits"),
    ),
    Mutant(
        "engine.dense-frequency",
        "the dense route leaves out the last output frequency",
        _route(
            "dense",
            DENSE,
            _dense,
            old="step = max(1, CHUNK // max(1, d * max(d, q)))",
            new="step = max(1, len(self.outputs) - 1); object.__setattr__(self, 'outputs', "
            "self.outputs[:-1])",
        ),
        ("criterion.routes", "criterion.bound"),
    ),
    Mutant(
        "engine.composed-half",
        "the composed route counts the sums over k' whole",
        _route("composed", COMPOSED, _composed, old="lambda x: x / 2", new="lambda x: x"),
        ("criterion.tensor", "criterion.routes"),
    ),
    Mutant(
        "engine.composed-factor",
        "the composed route leaves out the last factor of a product",
        _route(
            "composed", COMPOSED, _composed, old="for part in rest:", new="for part in rest[:-1]:"
        ),
        ("criterion.routes",),
    ),
    Mutant(
        "engine.composed-shape",
        "the composed route forgets the sums of b",
        _route(
            "composed",
            COMPOSED,
            _composed,
            old="    for shape in SHAPES:\n        table = tables.table(z, shape)\n",
            new='    for shape in ("abc", "aac"):\n        table = tables.table(z, shape)\n',
        ),
        ("criterion.tensor", "criterion.routes"),
    ),
    Mutant(
        "engine.loss-scale",
        "the loss is not divided by d",
        _loss(lambda z, target, value: value * z.group.order),
        ("criterion.loss", "criterion.paper", "optimizers.syn-alone"),
    ),
    Mutant(
        "engine.loss-target",
        "the loss ignores the mean over outputs when it must not",
        lambda s: replace(s, loss=lambda z, target: s.loss(z, "projected")),
        ("criterion.loss",),
    ),
)
