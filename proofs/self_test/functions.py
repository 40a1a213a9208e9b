"""Faults in what is done with weights: wrong functions in place of those of the `Subject`."""

from __future__ import annotations

import json
import operator
from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import reduce
from typing import Any

import numpy as np

from algebra.criterion.tensor import FunctionTensor, Route, choose_route
from algebra.groups.group import AbelianGroup, Automorphism, Index
from algebra.groups.spectrum import Frequency
from algebra.networks.table_network import TableNetwork
from algebra.numbers.arrays import Int64
from algebra.numbers.scalar import ONE, ZERO, Scalar
from algebra.semiring.column import column
from algebra.semiring.element import Element, one
from algebra.semiring.operations import Product
from algebra.semiring.potential import Potential
from algebra.semiring.symmetry import relabelled, translated
from proofs.subjects.near_miss import Nodes, dropped, edited, on_row
from proofs.subjects.subject import Mutant, Plant, Subject, fault

Evaluate = Callable[[Potential, Element], Scalar]
Entry = tuple[tuple[int, int, int], Scalar]
Check = Callable[[bytes], tuple[int, str]]
BOTH = ("evaluate", "evaluate_expanded")


def _with(**functions: Any) -> Plant:
    return lambda s: replace(s, **functions)


def _evaluate(change: Callable[[Evaluate], Evaluate], *names: str) -> Plant:
    return lambda s: _with(**{name: change(getattr(s, name)) for name in names})(s)


def _shorter(z: TableNetwork) -> TableNetwork:
    return replace(z, a=z.a[:, :-1], b=z.b[:, :-1], c=z.c[:, :-1])


def _squared_c(z: Element) -> Element:
    return edited(z, on_row(lambda x: x * x, row="c"))


def _entrywise(
    x: Element, y: Element, operation: Callable[[Scalar, Scalar], Scalar], *, pairs: bool = True
) -> Element:
    """Combine nodes entry by entry: all pairs, or the i-th with the i-th."""
    left, right = x.node_list(), y.node_list()
    both = [(u, v) for u in left for v in right] if pairs else list(zip(left, right, strict=False))
    nodes: Nodes = [{at: operation(u[at], v[at]) for at in u if at in v} for u, v in both]
    return edited(x.expand(), lambda _: nodes)


def _without_conjugates(evaluate: Evaluate) -> Evaluate:
    def faulty(r: Potential, z: Element) -> Scalar:
        if not isinstance(r.spectrum, Frequency):
            return evaluate(r, z)
        return evaluate(Potential(r.spectrum, [(p, 0) for p, _ in r.indices]), z)

    return faulty


def _without_last_node(z: Element) -> Element:
    return edited(z, dropped(-1)) if z.order > 1 else z


def _scaled_once(z: Element, factors: Sequence[int | Fraction]) -> Element:
    """Scale by ``c / s`` in place of ``c / s^2``."""
    return edited(
        z,
        lambda nodes: [
            {(p, k): x * (1 / Fraction(s) if p == "c" else s) for (p, k), x in n.items()}
            for n, s in zip(nodes, factors, strict=True)
        ],
    )


def _translated(z: Element, s: Index, t: Index) -> Element:
    """Move the inputs and forget the output."""
    moved = translated(z, s, t).node_list()
    return edited(
        z,
        lambda nodes: [
            {**dict(new), **{at: x for at, x in old.items() if at[0] == "c"}}
            for old, new in zip(nodes, moved, strict=True)
        ],
    )


def _group(**methods: Any) -> Plant:
    """Plant a kind of group of which some methods are others."""
    faulty: Callable[[str], AbelianGroup] = type("AbelianGroup", (AbelianGroup,), methods)
    return _with(group=faulty)


def _without_orders(group: AbelianGroup, k: Int64, g: Int64) -> Int64:
    k, g = np.broadcast_arrays(k, g)
    turns: Int64 = (group.residues(k) * group.residues(g)).sum(axis=0)
    return turns % group.exponent


def _untransposed(group: AbelianGroup) -> list[Automorphism]:
    """Return automorphisms that act on characters as they act on elements."""

    class Untransposed(Automorphism):  # type: ignore[misc]
        def on_characters(self, k: Int64) -> Int64:
            return self.on_elements(k)

    every = AbelianGroup(group.moduli).automorphisms()
    return [Untransposed(phi.group, phi.images) for phi in every]


def _route(
    route: Route,
    change: Callable[[AbelianGroup, Entry], Entry] = lambda group, entry: entry,
    of: Callable[[Element], Element] = lambda z: z,
) -> Plant:
    """Change the entries that a route finds, or the element that it is given."""

    def plant(s: Subject) -> Subject:
        def faulty(z: Element, asked: Route) -> FunctionTensor:
            chosen = choose_route(z) if asked == "auto" else asked
            if chosen != route:
                return s.tensor(z, asked)
            group, table = z.group, dict[int, Scalar]()
            for entry in s.tensor(of(z), route):
                (k1, k2, k), value = change(group, entry)
                key = (k1 * group.order + k2) * group.order + k
                table[key] = table.get(key, ZERO) + value
            keys = sorted(key for key, value in table.items() if value)
            values = column([table[key] for key in keys])
            return FunctionTensor(group, np.array(keys, dtype=np.int64), values)

        return replace(s, tensor=faulty)

    return plant


def _times(factor: int | Fraction, where: Callable[[AbelianGroup, Entry], bool]) -> Any:
    """Return the change that multiplies entries by a factor somewhere."""
    return lambda group, entry: (entry[0], entry[1] * (factor if where(group, entry) else 1))


def _is_square(group: AbelianGroup, entry: Entry) -> bool:
    """Whether squares of a, or of b, add to an entry: ``T[k1,0,k]``, ``T[0,k2,k]``."""
    return 0 in entry[0][:2]


def _moved_squares(group: AbelianGroup, entry: Entry) -> Entry:
    (k1, k2, k), value = entry
    return ((0, k1, k) if k2 == 0 else (k1, k2, k)), value


def _vanishes_modulo_11(group: AbelianGroup, entry: Entry) -> bool:
    return all(q.numerator % 11 == 0 for q, _, _ in entry[1].terms())


def _without_last_factor(z: Element) -> Element:
    parts = z.operation.parts if isinstance(z.operation, Product) else ()
    return reduce(operator.mul, parts[:-1]) if len(parts) > 1 else z


def _changed(data: bytes, change: Callable[[Any], object]) -> bytes:
    top = json.loads(data)
    change(top)
    return json.dumps(top).encode()


def _certificate(change: Callable[[dict[str, Any]], object]) -> Plant:
    return lambda s: replace(
        s, certificate=lambda z, target: _changed(s.certificate(z, target), change)
    )


def _checker(faulty: Callable[[Check, bytes], tuple[int, str]]) -> Plant:
    """Plant a checker, given the right one and the data."""
    return lambda s: replace(s, checker=lambda data: faulty(s.checker, data))


def _read(change: Callable[[Any], object]) -> Plant:
    """Plant a checker that reads another certificate than it is given."""

    def faulty(check: Check, data: bytes) -> tuple[int, str]:
        try:
            return check(_changed(data, change))
        except (ValueError, TypeError, KeyError, IndexError, AttributeError):
            return check(data)

    return _checker(faulty)


def _overruled(code: int, what: str = "", *, otherwise: int = 0) -> Plant:
    """Plant a checker that gives another exit code for some messages of one exit code."""

    def faulty(check: Check, data: bytes) -> tuple[int, str]:
        found, message = check(data)
        return (otherwise, "") if found == code and what in message else (found, message)

    return _checker(faulty)


def _entries(change: Callable[[list[Any]], list[Any]]) -> Callable[[Any], None]:
    """Return the change of the entries of every row of every node of a certificate."""

    def changed(top: Any) -> None:
        for node in top["nodes"]:
            node.update({row: change(node[row]) for row in "abc"})

    return changed


def _terms(change: Callable[[list[Any]], list[Any]]) -> Callable[[Any], None]:
    return _entries(lambda row: [[k, [change(term) for term in terms]] for k, terms in row])


def _known(top: Any) -> None:
    """Forget keys that are not of the format."""
    known = ("format", "version", "group", "field", "parameters", "target", "nodes", "notes")
    for key in [key for key in top if key not in known]:
        del top[key]


# fmt: off
MUTANTS: tuple[Mutant, ...] = (
    fault("operations.add-drops", "a sum loses its last node",
          _with(add=lambda x, y: edited(x + y, dropped(-1)) if x.order + y.order else x + y),
          "laws.zero laws.additive"),
    fault("operations.add-left", "a sum is its first term twice", _with(add=lambda x, y: x + x),
          "laws.add-commutative laws.additive"),
    fault("operations.add-one", "a sum has one node too many",
          _with(add=lambda x, y: x + y + one(x.spectrum)), "laws.zero composition.zeros-of-sums"),
    fault("operations.add-doubles", "a sum squares c of its second term",
          _with(add=lambda x, y: x + _squared_c(y)), "laws.add-associative laws.add-commutative"),
    fault("operations.multiply-zips", "a product takes the i-th with the i-th node",
          _with(multiply=lambda x, y: _entrywise(x, y, lambda u, v: u * v, pairs=False)),
          "laws.multiplicative laws.all-orders composition.zeros-of-products"),
    fault("operations.multiply-adds", "a product adds entries",
          _with(multiply=lambda x, y: _entrywise(x, y, lambda u, v: u + v)),
          "laws.one laws.multiplicative"),
    fault("operations.multiply-conjugates", "a product conjugates its second factor",
          _with(multiply=lambda x, y: _entrywise(x, y, lambda u, v: u * v.conjugate())),
          "laws.multiply-commutative laws.multiplicative"),
    fault("operations.multiply-squares", "a product squares c of its second factor",
          _with(multiply=lambda x, y: x * _squared_c(y)), "laws.multiply-associative"),
    fault("operations.multiply-plus-one", "a product has one node too many",
          _with(multiply=lambda x, y: x * y + one(x.spectrum)),
          "laws.annihilates laws.distributive laws.one"),
    fault("operations.multiply-doubles", "a product doubles c",
          _with(multiply=lambda x, y: (x * y).scaled(c=2)),
          "composition.ones-of-products path.zero-loss path.norm"),
    fault("operations.potential-index", "potentials lose their last index",
          _evaluate(lambda of: lambda r, z: of(Potential(r.spectrum, r.indices[:-1]), z), *BOTH),
          "blocks.syn criterion.paper"),
    fault("operations.potential-conjugate", "potentials take k for -k",
          _evaluate(_without_conjugates, *BOTH), "blocks.nu(i) blocks.xi"),
    fault("operations.potential-composed", "potentials take k for -k along compositions only",
          _evaluate(_without_conjugates, "evaluate"),
          "laws.multiplicative laws.additive"),
    fault("operations.potential-node", "potentials skip the last of several nodes",
          _evaluate(lambda of: lambda r, z: of(r, _without_last_node(z)), "evaluate_expanded"),
          "laws.additive laws.all-orders"),
    fault("operations.potential-zero", "potentials are 1 on the zero element",
          _evaluate(lambda of: lambda r, z: of(r, z) if z.order else ONE, "evaluate"),
          "laws.unital"),
    fault("operations.scaling", "nodes are scaled by c/s in place of c/s^2",
          _with(scaled_nodes=_scaled_once), "symmetries.scaling"),
    fault("operations.swap", "exchanging a and b does nothing", _with(swapped=lambda z: z),
          "symmetries.swap"),
    fault("operations.translation", "a translation forgets the output",
          _with(translated=_translated), "symmetries.translation"),
    fault("operations.automorphism", "an automorphism is applied twice",
          _with(relabelled=lambda z, phi: relabelled(relabelled(z, phi), phi)),
          "symmetries.automorphism"),
    fault("operations.negation", "negation in cyclic groups is off by one",
          _group(negate=lambda group, k: (-k - 1) % group.order), "characters.conjugate"),
    fault("operations.addition", "characters are subtracted in place of added",
          _group(add=lambda group, k, m: (k - m) % group.order), "characters.homomorphism"),
    fault("operations.character", "characters of products forget the orders of the factors",
          _group(character_exponents=_without_orders), "characters.homomorphism", "Z2xZ4"),
    fault("operations.trivial", "every character is the trivial one",
          _group(character_exponents=lambda group, k, g: 0 * (k + g)), "characters.orthogonal"),
    fault("operations.dual", "automorphisms act on characters as on elements",
          _group(automorphisms=_untransposed), "characters.dual", "Z2xZ2"),
    fault("engine.sparse-half", "the sparse route halves the sums over k'",
          _route("sparse", _times(Fraction(1, 2), _is_square)),
          "criterion.tensor criterion.output criterion.routes criterion.placed", "Z3"),
    fault("engine.sparse-place", "the sparse route puts the sums of a where those of b belong",
          _route("sparse", _moved_squares), "criterion.tensor symmetries.swap"),
    fault("engine.sparse-skips", "the sparse route skips the last of several nodes",
          _route("sparse", of=_without_last_node),
          "criterion.routes"),
    fault("engine.sparse-first", "the sparse route counts the first node twice",
          _route("sparse", of=lambda z: edited(z, lambda nodes: [*nodes[:1], *nodes])),
          "symmetries.permutation criterion.tensor optimizers.six-per-frequency"),
    fault("engine.dense-squares", "the dense route forgets the sums over k'",
          _route("dense", _times(0, _is_square)), "criterion.routes"),
    fault("engine.dense-bound", "the dense route computes modulo 11, whatever the bound",
          _route("dense", _times(0, _vanishes_modulo_11)), "criterion.bound criterion.limits"),
    fault("engine.dense-frequency", "the dense route leaves out the last output frequency",
          _route("dense", _times(0, lambda group, entry: entry[0][2] == group.representatives[-1])),
          "criterion.routes criterion.bound"),
    fault("engine.composed-half", "the composed route counts the sums over k' whole",
          _route("composed", _times(2, _is_square)), "criterion.tensor criterion.routes"),
    fault("engine.composed-factor", "the composed route leaves out the last factor of a product",
          _route("composed", of=_without_last_factor), "criterion.routes"),
    fault("engine.composed-shape", "the composed route forgets the sums of b",
          _route("composed", _times(0, lambda group, entry: entry[0][0] == 0)),
          "criterion.tensor criterion.routes"),
    fault("engine.loss-scale", "the loss is not divided by d",
          lambda s: replace(s, loss=lambda z, target: s.loss(z, target) * z.group.order),
          "criterion.loss criterion.paper optimizers.syn-alone"),
    fault("engine.loss-target", "the loss ignores the mean over outputs when it must not",
          lambda s: replace(s, loss=lambda z, target: s.loss(z, "projected")), "criterion.loss"),
    fault("files.conjugates", "certificates leave conjugate entries out",
          _certificate(_entries(lambda row: row[:1])),
          "certificates.accepted certificates.accepted.onehot"),
    fault("files.target", "certificates always claim the one-hot target",
          _certificate(lambda top: top.update(target="onehot")), "certificates.accepted"),
    fault("files.field", "certificates claim twice the field",
          _certificate(lambda top: top.update(field=2 * top["field"])), "certificates.accepted"),
    fault("files.checker-accepts", "the checker takes every sum for zero", _overruled(1, "T["),
          "checker.refutes checker.frequencies"),
    fault("files.checker-refuses", "the checker refutes everything", _overruled(0, otherwise=1),
          "certificates.accepted certificates.accepted.onehot"),
    fault("files.checker-frequency", "the checker does not look at the frequency 2",
          _overruled(1, "[2]]"), "checker.frequencies"),
    fault("files.checker-reality", "the checker does not test that weights are real",
          _overruled(1, "not conjugate"), "checker.refutes checker.reality"),
    fault("files.checker-target", "the checker takes the one-hot target for the projected one",
          _read(lambda top: top.update(target="projected")), "checker.refutes"),
    fault("files.checker-parameters", "the checker sets every parameter to 1",
          _read(_terms(lambda term: term[:3])), "checker.refutes"),
    fault("files.checker-node", "the checker does not read the last node",
          _read(lambda top: top["nodes"].pop()), "certificates.accepted"),
    fault("files.checker-malformed", "the checker accepts what is malformed", _overruled(2),
          "checker.malformed"),
    fault("files.checker-keys", "the checker ignores unknown keys", _read(_known),
          "checker.malformed"),
    fault("files.checker-types", "the checker takes true for 1",
          _read(_terms(lambda term: [int(term[0]), *term[1:]])), "checker.malformed"),
    fault("files.checker-twice", "the checker lets later entries replace earlier ones",
          _read(_entries(lambda row: list({str(k): [k, x] for k, x in row}.values()))),
          "checker.malformed"),
    fault("files.checker-json", "the checker takes the last of equal keys", _read(lambda top: None),
          "checker.malformed"),
    fault("files.checker-depth", "the checker does not limit nesting",
          _read(lambda top: top.update(notes="")), "checker.malformed"),
    fault("files.existence", "the checker of existence certificates accepts everything",
          _with(existence=lambda data: (0, "accepted")), "checker.existence", "Z4"),
    fault("files.network", "the checker of networks accepts everything",
          _with(network=lambda statement, weights: (0, "accepted")), "checker.network", "Z4"),
    fault("files.table", "the checker of networks over tables accepts everything",
          _with(table=lambda data: (0, "accepted")), "checker.table", "Z4"),
    fault("files.infeasible", "the checker of infeasible widths accepts everything",
          _with(infeasible=lambda data: (0, "accepted")), "checker.infeasible", "Z4"),
    fault("optimizers.finite", "the last node over a table is left out",
          lambda s: replace(s, finite=lambda *names: _shorter(s.finite(*names))),
          "groups.representation groups.short groups.memorization groups.accepted", "S3"),
    fault("optimizers.representations", "the last representation is left out",
          lambda s: replace(s, irreducibles=lambda group: s.irreducibles(group)[:-1]),
          "groups.representations", "S3"),
    fault("operations.coefficients", "a product over matrix coefficients is a sum",
          _with(multiply=operator.add), "groups.laws", "S3"),
)
