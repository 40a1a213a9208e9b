"""The planted faults: what a function of the `Subject` is given, or finds, is changed."""

import json
import operator
from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction
from functools import reduce
from types import MappingProxyType
from typing import Any

import numpy as np

from algebra.criterion.tensor import FunctionTensor, Route
from algebra.groups.group import AbelianGroup
from algebra.numbers.arrays import Int64
from algebra.numbers.scalar import Scalar
from algebra.semiring.element import Element, Product, one
from algebra.semiring.nodes import column
from algebra.semiring.potential import Potential
from proofs.subjects.near_miss import Change, on_rows, with_nodes
from proofs.subjects.subject import Mutant, Plant

#: How much an entry of the function tensor is multiplied by, given the group and its place.
Factor = Callable[[AbelianGroup, tuple[int, int, int], Scalar], Fraction | int]


def _with(**functions: Any) -> Plant:
    """Plant other functions."""
    return lambda s: replace(s, **functions)


def _wrong(name: str, of: Callable[[Any], Any]) -> Plant:
    """Plant what is made of a right function."""
    return lambda s: replace(s, **{name: of(getattr(s, name))})


def _given(name: str, change: Callable[[Any], Any], *, at: int = -1) -> Plant:
    """Plant a function that takes another argument than it is given, the last if none is said."""

    def of(right: Callable[..., Any]) -> Callable[..., Any]:
        def wrong(*arguments: Any) -> Any:
            i = at % len(arguments)
            return right(*arguments[:i], change(arguments[i]), *arguments[i + 1 :])

        return wrong

    return _wrong(name, of)


def _found(name: str, change: Callable[[Any], Any]) -> Plant:
    """Plant a function that returns another result than it finds."""
    return _wrong(name, lambda right: lambda *given, **options: change(right(*given, **options)))


def _block(name: str, kind: str, pick: int) -> Plant:
    """Plant a fault in one block, at a place."""

    def of(blocks: Mapping[str, Callable[[], Element]]) -> Mapping[str, Callable[[], Element]]:
        z = blocks[name]()
        return MappingProxyType(
            {**blocks, name: lambda: with_nodes(z, Change(kind).places(z)[pick])}
        )

    return _wrong("blocks", of)


def _near_miss(family: str, kind: str) -> Plant:
    """Plant an optimizer with one fault for one family."""

    def of(right: Callable[..., Element]) -> Callable[..., Element]:
        def wrong(group: AbelianGroup, name: str, target: Any) -> Element:
            z = right(group, name, target)
            return Change(kind).plant(z, target=target) if name == family else z

        return wrong

    return _wrong("optimizer", of)


def _group(**methods: Any) -> Plant:
    """Plant a kind of group of which some methods are others."""
    faulty: Callable[[str], AbelianGroup] = type("AbelianGroup", (AbelianGroup,), methods)
    return _with(group=faulty)


def _route(route: Route, factor: Factor) -> Plant:
    """Multiply the entries of the function tensor that one route finds."""

    def of(right: Callable[[Element, Route], FunctionTensor]) -> Any:
        def wrong(z: Element, asked: Route) -> FunctionTensor:
            T = right(z, asked)
            if asked != route:
                return T
            values = [x * factor(z.group, at, x) for at, x in T]
            kept = [i for i, x in enumerate(values) if x]
            return FunctionTensor(T.group, T.key[kept], column([values[i] for i in kept]))

        return wrong

    return _wrong("tensor", of)


def _squares(factor: Fraction | int) -> Factor:
    """Multiply where squares of a, or of b, add to an entry: ``T[k1,0,k]``, ``T[0,k2,k]``."""
    return lambda group, at, x: factor if 0 in at[:2] else 1


def _shorter(z: Element) -> Element:
    """Leave out the last of several nodes."""
    return with_nodes(z, z.node_list()[:-1]) if z.order > 1 else z


def _longer(z: Element) -> Element:
    return z + one(z.spectrum)


def _rows(rows: str, f: Callable[[Scalar], Scalar]) -> Callable[[Element], Element]:
    """Return what replaces the entries of some rows by a function of them."""
    return lambda z: with_nodes(z, [on_rows(rows, f, node) for node in z.node_list()])


_squared = _rows("c", lambda x: x * x)


def _without_last_factor(z: Element) -> Element:
    parts = z.operation.parts if isinstance(z.operation, Product) else ()
    return reduce(operator.mul, parts[:-1]) if len(parts) > 1 else z


def _without_orders(group: AbelianGroup, k: Int64, g: Int64) -> Int64:
    k, g = np.broadcast_arrays(k, g)
    turns: Int64 = (group.residues(k) * group.residues(g)).sum(axis=0)
    return turns % group.exponent


def _json(change: Callable[[Any], object]) -> Callable[[bytes], bytes]:
    """Return what changes a certificate; what is none is left as it is."""

    def changed(data: bytes) -> bytes:
        try:
            top = json.loads(data)
            change(top)
        except (ValueError, TypeError, KeyError, IndexError, AttributeError):
            return data
        return json.dumps(top).encode()

    return changed


def _entries(change: Callable[[list[Any]], list[Any]]) -> Callable[[bytes], bytes]:
    """Return the change of the entries of every row of every node of a certificate."""
    return _json(lambda top: [node.update({p: change(node[p]) for p in "abc"})
                              for node in top["nodes"]])  # fmt: skip


def _unread(what: str) -> Plant:
    """Plant a checker that accepts where it should refuse with some words."""
    return _found("checker", lambda found: (0, "") if what in found[1] else found)


def _says(name: str, code: int) -> Plant:
    """Plant a checker that says one thing of every file."""
    return _found(name, lambda found: (code, ""))


# fmt: off
#: Blocks with one fault: the block, its kind, the place, and claims that notice it beside its own.
BLOCKS = (
    ("syn", "output sign", 1, "composition.syn blocks.syn*nu"),
    ("syn", "node dropped", 2, "optimizers.syn-alone norms.ordering"),
    ("nu", "output conjugated", 1, "blocks.syn*nu"),
    ("nu(i)", "output sign", 1, "blocks.nu(i)*xi blocks.nu(i)*syn(alpha,beta)"),
    ("xi", "input conjugated", 3, "blocks.nu(i)*xi"),
    ("xi'", "output conjugated", 1, ""),
    ("syn(alpha,beta)", "input conjugated", 5, "blocks.nu(i)*syn(alpha,beta)"),
    ("three_c", "output scale", 1, "blocks.three_c*syn"),
    ("real", "node dropped", 1, "norms.blocks"),
)
#: Optimizers with one fault: the family, its kind, the claims that notice it beside those about
#: the family, and a group.
SPOILT = (
    ("six-per-frequency", "node dropped", "certificates.accepted", "Z5"),
    ("six-per-frequency", "row sign", "", "Z6"),
    ("six-per-frequency", "input conjugated", "", "Z5"),
    ("six-per-frequency", "output root", "", "Z5"),
    ("six-per-frequency", "output moved", "", "Z5"),
    ("four-plus-six", "node dropped", "optimizers.large", "Z5"),
    ("four-plus-six", "output conjugated", "", "Z7"),
    ("four-plus-six", "carrier entry", "norms.carrier", "Z5"),
    ("four-plus-real", "carrier entry", "", "Z6"),
    ("four-plus-constant", "input scale", "", "Z5"),
    ("few-plus-constant", "output scale", "", "Z6"),
    ("three-plus-shared", "output dropped", "", "Z8"),
    ("few-plus-real", "output sign", "", "Z6"),
    ("four-two-plus-constant", "input scale", "", "Z7"),
    ("nine-per-frequency", "output scale", "", "Z5"),
    ("memorization", "output scale", "norms.memorization", "Z5"),
    ("memorization", "outputs translated", "optimizers.memorization-factors", "Z5"),
)
#: The checkers by what they are of, and claims that notice one that accepts everything.
CHECKERS = {
    "checker": ("certificates", "checker.refutes checker.frequencies"),
    "existence": ("existence certificates", ""),
    "network": ("networks", ""),
    "table": ("networks over tables", ""),
    "infeasible": ("infeasible widths", ""),
}
#: Rules of certificates: words with which a file is refused, what they are about, and claims that
#: notice a checker that accepts such files.
RULES = {
    "frequency": ("[2]]", "the frequency 2", "checker.frequencies"),
    "reality": ("not conjugate", "whether weights are real", "checker.refutes checker.frequencies"),
    "keys": ("unknown key", "unknown keys", "checker.malformed"),
    "types": ("is not an integer", "types of numbers", "checker.malformed"),
    "twice": ("occur twice", "entries that are there twice", "checker.malformed"),
    "json": ("in one object", "equal keys of an object", "checker.malformed"),
    "depth": ("deep", "the depth of brackets", "checker.malformed"),
}
MUTANTS: tuple[Mutant, ...] = (
    *(Mutant(f"blocks.{name}.{kind.replace(' ', '-')}", f"{name} with one fault: {kind}",
             _block(name, kind, pick), f"blocks.{name} {also}")
      for name, kind, pick, also in BLOCKS),
    Mutant("blocks.order6", "cubic with c of one node negated", _found("order6", lambda found: {
        "cubic": with_nodes(found["cubic"], Change("output sign").places(found["cubic"])[1])}),
           "blocks.order6"),
    Mutant("blocks.normalised", "blocks are not normalised", _with(normalised=lambda z: z),
           "blocks.normalised blocks.order4-leftover norms.blocks norms.ordering"),
    Mutant("blocks.construct", "the polynomial construction leaves out a potential",
           _given("construct", lambda kill: list(kill)[:-1]), "composition.polynomial"),
    *(Mutant(f"optimizers.{family}.{kind.replace(' ', '-')}", f"{family} with one fault: {kind}",
             _near_miss(family, kind),
             f"optimizers.{family} optimizers.{family}.onehot {also}", group)
      for family, kind, also, group in SPOILT),
    Mutant("optimizers.width", "widths are said to be two fewer", _found("width", lambda q: q - 2),
           "optimizers.six-per-frequency optimizers.four-plus-six"),
    Mutant("optimizers.width-bound", "lower bounds are said to be one more",
           _found("lower_bound", lambda q: q + 1),
           "width.dimension width.lower-bound width.onehot width.projected", "Z7"),
    Mutant("optimizers.finite", "the last node over a table is left out",
           _found("finite", lambda z: replace(z, a=z.a[:, :-1], b=z.b[:, :-1], c=z.c[:, :-1])),
           "groups.representation groups.short groups.memorization groups.accepted", "S3"),
    Mutant("optimizers.representations", "the last representation is left out",
           _found("irreducibles", lambda found: found[:-1]), "groups.representations", "S3"),
    Mutant("floats.output", "float outputs have g and -g exchanged",
           _found("embed", lambda w: replace(w, w_c=np.roll(w.w_c[::-1], 1, axis=0))),
           "mirror.output mirror.torch mirror.gradient"),
    Mutant("floats.single", "inputs are rounded to single precision",
           _found("embed", lambda w: replace(w, w_a=np.float64(np.float32(w.w_a)))),
           "mirror.output mirror.gradient"),
    Mutant("floats.gauge", "c of weights is half of what it should be",
           _found("embed", lambda w: replace(w, w_c=w.w_c / 2)), "mirror.output"),
    Mutant("floats.saddle", "outputs are negated",
           _found("embed", lambda w: replace(w, w_c=-w.w_c)), "mirror.hessian"),
    Mutant("operations.add-drops", "a sum loses its last node", _found("add", _shorter),
           "laws.zero laws.additive laws.all-orders"),
    Mutant("operations.add-one", "a sum has one node too many", _found("add", _longer),
           "laws.zero laws.distributive composition.zeros-of-sums"),
    Mutant("operations.add-squares", "a sum squares c of its second term",
           _given("add", _squared), "laws.add-associative laws.add-commutative"),
    Mutant("operations.multiply-squares", "a product squares c of its second factor",
           _given("multiply", _squared), "laws.multiply-associative laws.multiply-commutative"),
    Mutant("operations.multiply-conjugates", "a product conjugates its second factor",
           _given("multiply", _rows("abc", Scalar.conjugate)),
           "laws.multiply-commutative laws.multiplicative"),
    Mutant("operations.multiply-one", "a product has one node too many",
           _found("multiply", _longer),
           "laws.annihilates laws.distributive laws.one composition.zeros-of-products"),
    Mutant("operations.multiply-doubles", "a product doubles c",
           _found("multiply", lambda z: z.scaled(c=2)),
           "composition.ones-of-products path.zero-loss path.norm laws.multiplicative"),
    Mutant("operations.coefficients", "a product over matrix coefficients is a sum",
           _with(multiply=operator.add), "groups.laws", "S3"),
    Mutant("operations.potential-index", "potentials lose their last index",
           _given("evaluate", lambda r: Potential(r.spectrum, r.indices[:-1]), at=0),
           "blocks.syn criterion.paper"),
    Mutant("operations.potential-conjugate", "potentials take k for -k along compositions",
           _given("evaluate", at=0,
                  change=lambda r: Potential(r.spectrum, [(p, 0) for p, _ in r.indices])),
           "blocks.nu(i) blocks.xi laws.multiplicative laws.additive"),
    Mutant("operations.potential-node", "potentials skip the last of several nodes",
           _given("evaluate_expanded", _shorter), "laws.additive laws.all-orders"),
    Mutant("operations.potential-one", "potentials are one more along compositions",
           _found("evaluate", lambda x: x + 1), "laws.unital laws.additive laws.multiplicative"),
    Mutant("operations.scaling", "nodes that are scaled have twice the c",
           _found("scaled_nodes", lambda z: z.scaled(c=2)), "symmetries.scaling"),
    Mutant("operations.swap", "exchanging a and b does nothing", _with(swapped=lambda z: z),
           "symmetries.swap"),
    Mutant("operations.translation", "a translation moves the first input alone",
           _given("translated", lambda t: 0), "symmetries.translation"),
    Mutant("operations.automorphism", "an automorphism does nothing",
           _with(relabelled=lambda z, phi: z), "symmetries.automorphism"),
    Mutant("operations.negation", "negation in cyclic groups is off by one",
           _group(negate=lambda group, k: (-k - 1) % group.order), "characters.conjugate"),
    Mutant("operations.addition", "characters are subtracted in place of added",
           _group(add=lambda group, k, m: (k - m) % group.order), "characters.homomorphism"),
    Mutant("operations.character", "characters of products forget the orders of the factors",
           _group(character_exponents=_without_orders),
           "characters.homomorphism characters.orthogonal characters.dual", "Z2xZ4"),
    Mutant("engine.first", "the engine counts the first node twice",
           _given("tensor", lambda z: with_nodes(z, [*z.node_list()[:1], *z.node_list()]), at=0),
           "symmetries.permutation criterion.tensor optimizers.six-per-frequency"),
    Mutant("engine.skips", "the engine skips the last of several nodes",
           _given("tensor", _shorter, at=0), "criterion.routes"),
    Mutant("engine.factor", "the engine leaves out the last factor of a product",
           _given("tensor", _without_last_factor, at=0), "criterion.routes"),
    Mutant("engine.sparse-half", "the sparse route halves the sums over k'",
           _route("sparse", _squares(Fraction(1, 2))),
           "criterion.tensor criterion.output criterion.routes criterion.placed", "Z3"),
    Mutant("engine.dense-squares", "the dense route forgets the sums over k'",
           _route("dense", _squares(0)), "criterion.routes"),
    Mutant("engine.dense-bound", "the dense route computes modulo 11, whatever the bound",
           _route("dense", lambda group, at, x: any(q.numerator % 11 for q, _, _ in x.terms())),
           "criterion.routes"),
    Mutant("engine.dense-frequency", "the dense route leaves out the last output frequency",
           _route("dense", lambda group, at, x: at[2] != group.representatives[-1]),
           "criterion.routes"),
    Mutant("engine.composed-half", "the composed route counts the sums over k' whole",
           _route("composed", _squares(2)), "criterion.tensor criterion.routes"),
    Mutant("engine.composed-shape", "the composed route forgets the sums of b",
           _route("composed", lambda group, at, x: at[0] != 0),
           "criterion.tensor criterion.routes"),
    Mutant("engine.loss-scale", "the loss is twice what it is", _found("loss", lambda x: 2 * x),
           "criterion.loss criterion.paper optimizers.syn-alone"),
    Mutant("engine.loss-target", "the loss ignores the mean over outputs when it must not",
           _given("loss", lambda target: "projected"), "criterion.loss"),
    Mutant("files.conjugates", "certificates leave conjugate entries out",
           _found("certificate", _entries(lambda row: row[:1])),
           "certificates.accepted certificates.accepted.onehot"),
    Mutant("files.target", "certificates always claim the one-hot target",
           _found("certificate", _json(lambda top: top.update(target="onehot"))),
           "certificates.accepted"),
    Mutant("files.field", "certificates claim twice the field",
           _found("certificate", _json(lambda top: top.update(field=2 * top["field"]))),
           "certificates.accepted"),
    *(Mutant(f"files.{name}-{verb}", f"the checker of {of} {verb} everything",
             _says(name, code),
             f"checker.{'malformed' if name == 'checker' else name} {also * (code == 0)}", "Z4")
      for name, (of, also) in CHECKERS.items()
      for code, verb in enumerate(("accepts", "refutes"))),
    *(Mutant(f"files.checker-{name}", f"the checker does not look at {what}",
             _unread(words), claims)
      for name, (words, what, claims) in RULES.items()),
    Mutant("files.checker-target", "the checker takes the one-hot target for the projected one",
           _given("checker", _json(lambda top: top.update(target="projected"))), "checker.refutes"),
    Mutant("files.checker-parameters", "the checker sets every parameter to 1",
           _given("checker", _entries(lambda row: [[k, [t[:3] for t in x]] for k, x in row])),
           "checker.refutes"),
    Mutant("files.checker-node", "the checker does not read the last node",
           _given("checker", _json(lambda top: top["nodes"].pop())), "certificates.accepted"),
)
