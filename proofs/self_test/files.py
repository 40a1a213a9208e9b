"""Faults in certificates, in the checker, and in the weights that leave for floats."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from algebra.criterion.target import Target
from algebra.semiring.element import Element
from numeric.weights.embed import Gauge, Weights
from proofs.self_test.fault import Mutant, patched
from proofs.subjects.subject import Subject

CHECKER = "proofs.certificates.checker"


def _checker(old: str, new: str) -> Callable[[Subject], Subject]:
    """Plant a fault in a copy of the checker."""

    def plant(s: Subject) -> Subject:
        check: Callable[[bytes], tuple[int, str]] = patched(CHECKER, old=old, new=new).check
        return replace(s, checker=check)

    return plant


def _certificate(change: Callable[[dict[str, object]], object]) -> Callable[[Subject], Subject]:
    def plant(s: Subject) -> Subject:
        def faulty(z: Element, target: Target) -> bytes:
            top = json.loads(s.certificate(z, target))
            change(top)
            return json.dumps(top).encode()

        return replace(s, certificate=faulty)

    return plant


def _without_conjugates(top: dict[str, object]) -> None:
    nodes = top["nodes"]
    assert isinstance(nodes, list)
    for node in nodes:
        for row in "abc":
            node[row] = node[row][:1]


def _embed(change: Callable[[Weights], Weights]) -> Callable[[Subject], Subject]:
    def plant(s: Subject) -> Subject:
        def faulty(z: Element, gauge: Gauge) -> Weights:
            return change(s.embed(z, gauge))

        return replace(s, embed=faulty)

    return plant


def _reversed_output(w: Weights) -> Weights:
    """Transform ``c`` with the characters in place of their conjugates."""
    negative = w.group.negate(np.arange(w.group.order))
    return Weights(w.group, w.w_a, w.w_b, w.w_c[negative])


def _rounded(w: Weights) -> Weights:
    a, b, c = (x.astype(np.float32).astype(np.float64) for x in (w.w_a, w.w_b, w.w_c))
    return Weights(w.group, a, b, c)


def _negated(w: Weights) -> Weights:
    return Weights(w.group, w.w_a, w.w_b, -w.w_c)


def _unbalanced(w: Weights) -> Weights:
    return Weights(w.group, 2 * w.w_a, 2 * w.w_b, w.w_c / 8)


MUTANTS: tuple[Mutant, ...] = tuple(
    Mutant(f"files.{name}", sentence, plant, noticed_by, group)
    for name, sentence, plant, noticed_by, group in (
        (
            "conjugates",
            "certificates leave conjugate entries out",
            _certificate(_without_conjugates),
            ("certificates.accepted", "certificates.accepted.onehot"),
            "Z5",
        ),
        (
            "target",
            "certificates always claim the one-hot target",
            _certificate(lambda top: top.update(target="onehot")),
            ("certificates.accepted",),
            "Z5",
        ),
        (
            "field",
            "certificates claim twice the field",
            _certificate(lambda top: top.update(field=2 * int(str(top["field"])))),
            ("certificates.accepted",),
            "Z5",
        ),
        (
            "checker-accepts",
            "the checker takes every sum for zero",
            _checker("        if any(g.values()):\n            return False\n", ""),
            ("checker.refutes",),
            "Z5",
        ),
        (
            "checker-refuses",
            "the checker takes no sum for zero",
            _checker(
                "        if any(g.values()):\n            return False\n", "        return False\n"
            ),
            ("certificates.accepted", "certificates.accepted.onehot"),
            "Z5",
        ),
        (
            "checker-ones",
            "the checker expects 0 on the diagonal",
            _checker("want = found[index], int(index == k + k)", "want = found[index], 0"),
            ("certificates.accepted",),
            "Z5",
        ),
        (
            "checker-diagonal",
            "the checker looks only at entries that have a term",
            _checker("for index in sorted({*found, k + k}):", "for index in sorted({*found}):"),
            ("checker.refutes",),
            "Z5",
        ),
        (
            "checker-frequencies",
            "the checker looks at no output frequency but the trivial one",
            _checker("else half[1:]  # k = 0 comes first", "else half[:1]"),
            ("checker.refutes", "checker.frequencies"),
            "Z5",
        ),
        (
            "checker-reality",
            "the checker does not test that weights are real",
            _checker("            if not vanishes(gap, n):\n", "            if False:\n"),
            ("checker.refutes", "checker.reality"),
            "Z5",
        ),
        (
            "checker-target",
            "the checker takes the one-hot target for the projected one",
            _checker('half if target == "onehot" else half[1:]', "half[1:]"),
            ("checker.refutes",),
            "Z5",
        ),
        (
            "checker-parameters",
            "the checker tests reality with every parameter set to 1",
            _checker("gap[t.monomial][t.exponent]", "gap[0][t.exponent]"),
            ("checker.refutes",),
            "Z5",
        ),
        (
            "checker-keys",
            "the checker ignores unknown keys",
            _checker("        for key in (*low, *x):\n", "        for key in low:\n"),
            ("checker.malformed",),
            "Z5",
        ),
        (
            "checker-bounds",
            "the checker does not look at ranges",
            _checker("    elif not low <= size <= high:\n", "    elif False:\n"),
            ("checker.malformed",),
            "Z5",
        ),
        (
            "checker-types",
            "the checker takes true for 1",
            _checker("    if type(x) is not kind:\n", "    if not isinstance(x, kind):\n"),
            ("checker.malformed",),
            "Z5",
        ),
        (
            "checker-twice",
            "the checker lets later entries replace earlier ones",
            _checker("if k in row or len({term[2:] for term in entry}) < len(entry):", "if False:"),
            ("checker.malformed",),
            "Z5",
        ),
        (
            "checker-json",
            "the checker takes the last of equal keys",
            _checker("            if count > 1:\n", "            if False:\n"),
            ("checker.malformed",),
            "Z5",
        ),
        (
            "checker-depth",
            "the checker does not limit nesting",
            _checker("default=0) > MAX_DEPTH:", "default=0) > 10**9:"),
            ("checker.malformed",),
            "Z5",
        ),
        (
            "output",
            "float outputs have g and -g exchanged",
            _embed(_reversed_output),
            ("mirror.output", "mirror.torch", "mirror.gradient"),
            "Z5",
        ),
        (
            "single",
            "weights are rounded to single precision",
            _embed(_rounded),
            ("mirror.output", "mirror.gradient"),
            "Z5",
        ),
        (
            "gauge",
            "balanced weights are scaled by c/8",
            _embed(_unbalanced),
            ("mirror.output",),
            "Z5",
        ),
        (
            "existence",
            "the checker of existence certificates accepts everything",
            lambda s: replace(s, existence=lambda data: (0, "accepted")),
            ("checker.existence",),
            "Z4",
        ),
        (
            "infeasible",
            "the checker of infeasible widths accepts everything",
            lambda s: replace(s, infeasible=lambda data: (0, "accepted")),
            ("checker.infeasible",),
            "Z4",
        ),
        ("saddle", "outputs are negated", _embed(_negated), ("mirror.hessian",), "Z5"),
    )
)
