"""The zero set of every building block, for all values of its parameters."""

from functools import partial
from itertools import chain

from algebra.numbers.scalar import ONE, ZERO, Scalar
from algebra.numbers.text import text_latex
from algebra.numbers.units import I
from algebra.semiring.potential import parse_potential, potential_sets
from proofs.claims.claim import THIS, Claim, Compared, Context, Evidence, claim
from proofs.claims.composition import POTENTIALS

TABLE_1 = "[Tian24, Table 1]"
#: Block or product of blocks, the potentials it kills, all others being left, and the source.
ZERO_SETS: tuple[tuple[str, str, str], ...] = (
    ("syn", "a-bc ab-c abc- aa-c bb-c a-a-c b-b-c", TABLE_1),
    ("nu", "aac bbc", TABLE_1),
    ("nu(i)", "a-bc ab-c aac a-a-c bbc b-b-c", TABLE_1),
    ("xi", "abc-", TABLE_1),
    ("xi'", "abc-", THIS),
    ("syn(alpha,beta)", "abc- aa-c bb-c", TABLE_1),
    ("three_c", "a-bc ab-c aac a-a-c bbc b-b-c", TABLE_1),
    ("real", "aac bbc", THIS),
    ("syn * nu", "all but abc", "[Tian24, Corollary 2]"),
    ("nu(i) * syn(alpha,beta)", "all but abc", "[Tian24, Corollary 3]"),
    ("three_c * syn", "all but abc", "[Tian24, Corollary 2]"),
    ("nu(i) * xi", "a-bc ab-c abc- aac a-a-c bbc b-b-c", "[Tian24, Corollary 4]"),
)
SOLUTIONS = ("syn * nu", "nu(i) * syn(alpha,beta)", "three_c * syn", "nu(i) * xi", "real")


def _zero_set(name: str, kills: str, context: Context) -> Evidence:
    s = context.subject
    z = s.block(name)
    wrong = []
    for r in sorted(chain(*potential_sets(z.spectrum).values()), key=str):
        killed = str(r) != "abc" if kills == "all but abc" else str(r) in kills.split()
        for value in (s.evaluate(r, z), s.evaluate_expanded(r, z)):
            if (value == 0) != killed:
                wrong.append(f"{r} = {value!r}, {'expected 0' if killed else 'expected not 0'}")
    scope = "all parameter values" if z.parameters else "exact values"
    return Evidence("proved", scope, "; ".join(dict.fromkeys(wrong)), {"nodes": z.order})


@claim(
    "blocks.normalised",
    r"r_{abc}(z/q) = 1",
    "[Tian24, Corollaries 2 to 4]; the real character: this project",
)
def normalised(context: Context) -> Compared:
    """the solutions of one frequency have abc = 1 once c is divided by their order"""
    s = context.subject
    yield Evidence("proved", f"{len(SOLUTIONS)} solutions of one frequency, all parameter values")
    for name in SOLUTIONS:
        z = s.normalised(s.block(name))
        yield f"abc of {name}", s.evaluate(parse_potential("abc", spectrum=z.spectrum), z), ONE


@claim(
    "blocks.order4-leftover",
    r"r_{a\bar ac} = r_{b\bar bc} = \tfrac{1+i}2",
    "[Tian24, Corollary 4]",
)
def leftover(context: Context) -> Compared:
    """an order-4 block leaves aa-c = bb-c = (1+i)/2, its mirror (1-i)/2"""
    s = context.subject
    yield Evidence("proved", "all parameter values")
    for name, value in (("nu(i) * xi", (1 + I) / 2), ("nu(i) * xi'", (1 - I) / 2)):
        z = s.normalised(s.block(name))
        for r in ("aa-c", "bb-c"):
            yield f"{r} of {name}", s.evaluate(parse_potential(r), z), Scalar(value)


@claim("blocks.order6", r"r_{abc} = 1, \quad r = 0 \text{ for the other nine}")
def order6(context: Context) -> Compared:
    """triples, opposites, mirrors, cubic and coplanar have abc = 1 and kill everything else"""
    yield Evidence("proved", "one block of each kind, exact values")
    for name, z in context.subject.order6().items():
        for r in POTENTIALS:
            value = ONE if str(r) == "abc" else ZERO
            yield f"{r} of {name}", context.subject.evaluate(r, z), value


CLAIMS: tuple[Claim, ...] = (
    *(
        Claim(
            f"blocks.{name.replace(' ', '')}",
            f"{name} kills exactly {kills}",
            rf"\Omega_0({text_latex(name)}) = \{{\text{{{kills}}}\}}",
            source,
            partial(_zero_set, name, kills),
            needs=("laws.multiplicative",) if " * " in name else (),
        )
        for name, kills, source in ZERO_SETS
    ),
    normalised,
    leftover,
    order6,
)
