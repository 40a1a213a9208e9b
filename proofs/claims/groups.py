"""Finite groups that are not Abelian: representations, families, their widths, and laws."""

from collections.abc import Callable
from functools import partial

from algebra.groups.finite_group import FiniteGroup
from algebra.networks.any_group import FAMILIES
from algebra.networks.coefficients import Coefficients, coefficient_check, to_coefficients
from algebra.networks.verdict import table_check
from algebra.numbers.scalar import ZERO, Scalar, added
from algebra.representations.irreducibles import NoRepresentationsError, irreducibles, trivial
from algebra.semiring.potential import Potential
from proofs.certificates import certificate
from proofs.claims.claim import THIS, Claim, Compared, Context, Evidence, claim
from proofs.claims.laws import LAWS
from proofs.subjects.generic import generic

#: Above this order matrix coefficients, and above that one tables, take minutes.
MAX_COEFFICIENTS, MAX_TABLE = 24, 120
#: Widths that a construction has for one group, found by hand: of `short`.
KNOWN = {"S3": 10, "D4": 12, "Q8": 12, "D5": 18, "A4": 30, "D6": 20, "Dic3": 25, "S4": 64}
SENTENCES = {
    "short": "signs of quaternions, turns of the tetrahedron, blocks of the Abelian quotient",
    "representation": "N^3/e nodes for each representation, and a constant node",
    "memorization": "one node for every pair of inputs",
}


def _known(group: FiniteGroup) -> bool:
    """Return whether the group's representations are known here."""
    try:
        return bool(irreducibles(group))
    except NoRepresentationsError:
        return False


def _up_to(order: int, *, known: bool = True) -> Callable[[FiniteGroup], bool]:
    return lambda group: group.order <= order and (not known or _known(group))


@claim(
    "groups.representations",
    r"\sum_\rho \tfrac{N_\rho}{e_\rho} \operatorname{tr} \rho(x) = d\,[x = 1]",
    applies=_up_to(MAX_TABLE),
    finite=True,
)
def representations(context: Context) -> Compared:
    """characters of the irreducible real representations add up to the regular one"""
    group = context.over
    found = context.subject.irreducibles(group)
    yield Evidence("exhaustive", f"all {group.order} elements, {len(found)} representations")
    for x in range(group.order):
        total = [Scalar(rho.dimension) * rho.character()[x] / rho.kind for rho in found]
        yield f"at {group.labels[x]}", added(total), group.order if x == group.identity else ZERO


def zero_loss(family: str, context: Context) -> Compared:
    """Check that a network's outputs are one-hot, over its table and in matrix coefficients."""
    group = context.over
    z = context.subject.finite(group, family)
    twice = family != "memorization" and group.order <= MAX_COEFFICIENTS
    scope = f"all {group.order**3} outputs" + ", by two routes" * twice
    yield Evidence("proved", scope, figures={"nodes": z.order})
    width = {"short": KNOWN.get(group.name, z.order), "memorization": group.order**2 + 1}
    if family == "representation":
        others = [rho for rho in irreducibles(group) if not trivial(rho)]
        width[family] = 1 + sum(rho.dimension * rho.functions for rho in others)
    yield "nodes", z.order, width[family]
    verdict = table_check(z, target="onehot")
    yield "; ".join(verdict.failures()) or "over the table", verdict.accepted, True
    if twice:
        w = to_coefficients(z, group)
        yield "in coefficients", coefficient_check(w, target="onehot").accepted, True


@claim("groups.accepted", r"\text{checker}(\text{certificate}(z)) = \text{accepted}", finite=True,
       applies=_up_to(MAX_COEFFICIENTS, known=False))  # fmt: skip
def accepted(context: Context) -> Compared:
    """the stand-alone checker of tables accepts the certificate of every family"""
    group, s = context.over, context.subject
    families = [name for name in FAMILIES if name == "memorization" or _known(group)]
    yield Evidence("exhaustive", f"all {len(families)} families, target onehot")
    for family in families:
        text = certificate.to_text(s.finite(group, family), target="onehot")
        code, message = s.table(text.encode())
        yield f"{family}: {message}", code, 0


@claim("groups.laws", "r(x + y) = r(x) + r(y), r(x y) = r(x) r(y)", applies=_up_to(8), finite=True)
def laws(context: Context) -> Compared:
    """potentials in matrix coefficients are homomorphisms of the semiring"""
    over = Coefficients(context.over)
    x, y = (generic(name, 1, spectrum=over) for name in "xy")
    yield Evidence("proved", "all entries of two nodes, all potentials of up to two indices")
    places = [(p, k) for p in "abc" for k in range(over.order)]
    pairs = [(u, v) for i, u in enumerate(places) for v in places[i:]]
    potentials = [Potential(over, indices) for indices in [(), *((u,) for u in places), *pairs]]
    for _, _, operands, sides, _ in LAWS:
        yield from sides(context.subject, potentials, *(x, y)[:operands])


CLAIMS: tuple[Claim, ...] = (
    representations,
    *(
        Claim(
            f"groups.{family}",
            f"{family} has zero one-hot loss: {SENTENCES[family]}",
            r"f(x, y)[g] = [xy = g]",
            THIS,
            partial(zero_loss, family),
            needs=() if family == "memorization" else ("groups.representations",),
            applies=_up_to(MAX_TABLE, known=family != "memorization"),
            finite=True,
            optimizer=(family, "onehot"),
        )
        for family in FAMILIES
    ),
    accepted,
    laws,
)
