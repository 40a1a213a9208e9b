"""Faults in the semiring's operations, in potentials, symmetries and characters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

from algebra.groups.group import AbelianGroup, Automorphism, Index
from algebra.groups.spectrum import Frequency
from algebra.numbers.scalar import ONE, Scalar
from algebra.semiring import symmetry
from algebra.semiring.element import Element, one
from algebra.semiring.potential import Potential
from proofs.self_test.fault import Entries, Mutant, dropped, edited, patched
from proofs.subjects.subject import Subject

Plant = Callable[[Subject], Subject]
Evaluate = Callable[[Potential, Element], Scalar]


def _add(operation: Callable[[Element, Element], Element]) -> Plant:
    return lambda s: replace(s, add=operation)


def _multiply(operation: Callable[[Element, Element], Element]) -> Plant:
    return lambda s: replace(s, multiply=operation)


def _evaluate(change: Callable[[Evaluate], Evaluate], *, expanded: bool, composed: bool) -> Plant:
    def plant(s: Subject) -> Subject:
        return replace(
            s,
            evaluate=change(s.evaluate) if composed else s.evaluate,
            evaluate_expanded=change(s.evaluate_expanded) if expanded else s.evaluate_expanded,
        )

    return plant


def _squared_c(z: Element) -> Element:
    return edited(
        z,
        lambda nodes: [
            {(p, k): x * x if p == "c" else x for (p, k), x in n.items()} for n in nodes
        ],
    )


def _entrywise(
    x: Element, y: Element, operation: Callable[[Scalar, Scalar], Scalar], *, pairs: bool = True
) -> Element:
    """Combine nodes entry by entry: all pairs, or the i-th with the i-th."""
    left, right = x.node_list(), y.node_list()
    both = [(u, v) for u in left for v in right] if pairs else list(zip(left, right, strict=False))
    nodes: list[Entries] = [{at: operation(u[at], v[at]) for at in u if at in v} for u, v in both]
    return edited(x.expand(), lambda _: nodes)


def _without_last_index(evaluate: Evaluate) -> Evaluate:
    return lambda r, z: evaluate(Potential(r.spectrum, r.indices[:-1]), z)


def _without_conjugates(evaluate: Evaluate) -> Evaluate:
    def faulty(r: Potential, z: Element) -> Scalar:
        if not isinstance(r.spectrum, Frequency):
            return evaluate(r, z)
        return evaluate(Potential(r.spectrum, [(p, 0) for p, _ in r.indices]), z)

    return faulty


def _without_last_node(evaluate: Evaluate) -> Evaluate:
    return lambda r, z: evaluate(r, edited(z, dropped(-1)) if z.order > 1 else z)


def _one_at_zero(evaluate: Evaluate) -> Evaluate:
    return lambda r, z: evaluate(r, z) if z.order else ONE


def _scaled_once(z: Element, factors: object) -> Element:
    """Scale by ``c / s`` in place of ``c / s^2``."""
    assert isinstance(factors, list)
    return edited(
        z,
        lambda nodes: [
            {(p, k): x * (1 / Fraction(s) if p == "c" else s) for (p, k), x in n.items()}
            for n, s in zip(nodes, factors, strict=True)
        ],
    )


def _translated(z: Element, s: Index, t: Index) -> Element:
    """Move the inputs and forget the output."""
    moved = symmetry.translated(z, s, t).node_list()
    return edited(
        z,
        lambda nodes: [
            {**dict(new), **{at: x for at, x in old.items() if at[0] == "c"}}
            for old, new in zip(nodes, moved, strict=True)
        ],
    )


def _relabelled(z: Element, phi: Automorphism) -> Element:
    """Relabel by the automorphism twice."""
    return symmetry.relabelled(symmetry.relabelled(z, phi), phi)


def _group(old: str, new: str) -> Plant:
    """Plant a fault in a copy of ``algebra/groups/group.py``."""

    def plant(s: Subject) -> Subject:
        make: Callable[[str], AbelianGroup] = patched(
            "algebra.groups.group", old=old, new=new
        ).AbelianGroup
        return replace(s, group=make)

    return plant


MUTANTS: tuple[Mutant, ...] = tuple(
    Mutant(f"operations.{name}", sentence, plant, noticed_by, group)
    for name, sentence, plant, noticed_by, group in (
        (
            "add-drops",
            "a sum loses its last node",
            _add(lambda x, y: edited(x + y, dropped(-1)) if x.order + y.order else x + y),
            ("laws.zero", "laws.additive"),
            "Z5",
        ),
        (
            "add-left",
            "a sum is its first term twice",
            _add(lambda x, y: x + x),
            ("laws.add-commutative", "laws.additive"),
            "Z5",
        ),
        (
            "add-one",
            "a sum has one node too many",
            _add(lambda x, y: x + y + one(x.spectrum)),
            ("laws.zero", "composition.zeros-of-sums"),
            "Z5",
        ),
        (
            "add-doubles",
            "a sum squares c of its second term",
            _add(lambda x, y: x + _squared_c(y)),
            ("laws.add-associative", "laws.add-commutative"),
            "Z5",
        ),
        (
            "multiply-zips",
            "a product takes the i-th with the i-th node",
            _multiply(lambda x, y: _entrywise(x, y, lambda u, v: u * v, pairs=False)),
            ("laws.multiplicative", "laws.all-orders", "composition.zeros-of-products"),
            "Z5",
        ),
        (
            "multiply-adds",
            "a product adds entries",
            _multiply(lambda x, y: _entrywise(x, y, lambda u, v: u + v)),
            ("laws.one", "laws.multiplicative"),
            "Z5",
        ),
        (
            "multiply-conjugates",
            "a product conjugates its second factor",
            _multiply(lambda x, y: _entrywise(x, y, lambda u, v: u * v.conjugate())),
            ("laws.multiply-commutative", "laws.multiplicative"),
            "Z5",
        ),
        (
            "multiply-squares",
            "a product squares c of its second factor",
            _multiply(lambda x, y: x * _squared_c(y)),
            ("laws.multiply-associative",),
            "Z5",
        ),
        (
            "multiply-plus-one",
            "a product has one node too many",
            _multiply(lambda x, y: x * y + one(x.spectrum)),
            ("laws.annihilates", "laws.distributive", "laws.one"),
            "Z5",
        ),
        (
            "multiply-doubles",
            "a product doubles c",
            _multiply(lambda x, y: (x * y).scaled(c=2)),
            ("composition.ones-of-products", "path.zero-loss", "path.norm"),
            "Z5",
        ),
        (
            "potential-index",
            "potentials lose their last index",
            _evaluate(_without_last_index, expanded=True, composed=True),
            ("blocks.syn", "criterion.paper"),
            "Z5",
        ),
        (
            "potential-conjugate",
            "potentials take k for -k",
            _evaluate(_without_conjugates, expanded=True, composed=True),
            ("blocks.nu(i)", "blocks.xi"),
            "Z5",
        ),
        (
            "potential-composed",
            "potentials take k for -k along compositions only",
            _evaluate(_without_conjugates, expanded=False, composed=True),
            ("laws.multiplicative", "laws.additive"),
            "Z5",
        ),
        (
            "potential-node",
            "potentials skip the last of several nodes",
            _evaluate(_without_last_node, expanded=True, composed=False),
            ("laws.additive", "laws.all-orders"),
            "Z5",
        ),
        (
            "potential-zero",
            "potentials are 1 on the zero element",
            _evaluate(_one_at_zero, expanded=False, composed=True),
            ("laws.unital",),
            "Z5",
        ),
        (
            "scaling",
            "nodes are scaled by c/s in place of c/s^2",
            lambda s: replace(s, scaled_nodes=_scaled_once),
            ("symmetries.scaling",),
            "Z5",
        ),
        (
            "swap",
            "exchanging a and b does nothing",
            lambda s: replace(s, swapped=lambda z: z),
            ("symmetries.swap",),
            "Z5",
        ),
        (
            "translation",
            "a translation forgets the output",
            lambda s: replace(s, translated=_translated),
            ("symmetries.translation",),
            "Z5",
        ),
        (
            "automorphism",
            "an automorphism is applied twice",
            lambda s: replace(s, relabelled=_relabelled),
            ("symmetries.automorphism",),
            "Z5",
        ),
        (
            "negation",
            "negation in cyclic groups is off by one",
            _group(
                "            return (-k) % self.order", "            return (-k - 1) % self.order"
            ),
            ("characters.conjugate",),
            "Z5",
        ),
        (
            "addition",
            "characters are subtracted in place of added",
            _group(
                "            return (k + m) % self.order", "            return (k - m) % self.order"
            ),
            ("characters.homomorphism",),
            "Z5",
        ),
        (
            "character",
            "characters of products forget the orders of the factors",
            _group(
                "weights = np.array([self.exponent // n for n in self.moduli])",
                "weights = np.array([1 for n in self.moduli])",
            ),
            ("characters.homomorphism",),
            "Z2xZ4",
        ),
        (
            "trivial",
            "every character is the trivial one",
            _group(
                "        return turns % self.exponent",
                "        return turns * self.exponent % self.exponent",
            ),
            ("characters.orthogonal",),
            "Z5",
        ),
        (
            "dual",
            "automorphisms act on characters untransposed",
            _group(
                "return self._apply(np.array(dual, dtype=np.int64).T, k)",
                "return self._apply(np.array(dual, dtype=np.int64), k)",
            ),
            ("characters.dual",),
            "Z2xZ2",
        ),
    )
)
