"""An element written out for people: cosines, LaTeX, and a SymPy script."""

from fractions import Fraction

from algebra.groups.group import AbelianGroup
from algebra.machine.read_file import printable
from algebra.numbers.scalar import Scalar
from algebra.numbers.text import parameter_latex
from algebra.semiring import shown
from algebra.semiring.element import Element

#: Larger elements are not written out: nobody reads them, and files grow to gigabytes.
MAX_NODES = 20_000


def _checked(z: Element) -> AbelianGroup:
    """Return the group of an element that is small enough to be written out."""
    group = z.group
    if z.order > MAX_NODES:
        raise ValueError(
            f"{z!r} has {z.order} nodes and at most {MAX_NODES} are written out as text; "
            f"write a certificate, or .json, which keeps the composition"
        )
    return group


def _angle(group: AbelianGroup, k: int, variable: str) -> str:
    """Return ``k g/d`` as turns, for a product group ``k_1 g1/n_1 + ...``."""
    parts = []
    for i, (x, n) in enumerate(zip(group.tuple(k), group.moduli, strict=True)):
        if x:
            name = variable if len(group.moduli) == 1 else f"{variable}{i + 1}"
            parts.append(f"{'' if x == 1 else x}{name}/{n}")
    return " + ".join(parts)


def cosine_lines(z: Element) -> list[str]:
    """Return three lines a node: ``w_a[x], w_b[y], w_c[g]`` as sums of cosines, in turns.

    ``r zeta^e prod v^m`` at ``k`` is ``2 r cos(2pi(k x/d + e/n + m arg v))``, the phase subtracted
    in ``w_c``; other entries are written as ``2 Re[...]``.
    """
    group = _checked(z)
    lines = []
    for j, node in enumerate(z.node_list()):
        for p, variable in (("a", "x"), ("b", "y"), ("c", "g")):
            head = f"node {j}  " if p == "a" else " " * len(f"node {j}  ")
            terms = [
                _cosine(group, k, variable, x, p == "c")
                for (row, k), x in sorted(node.items())
                if row == p
            ]
            text = " + ".join(terms).replace("+ -", "- ") or "0"
            lines.append(f"{head}w_{p}[{variable}] = {text}")
    return lines


def _cosine(group: AbelianGroup, k: int, variable: str, x: Scalar, output: bool) -> str:
    angle = _angle(group, k, variable)
    real = group.negate(k) == k
    single = x.as_monomial()
    if single is None:
        factor = "" if real else "2 "
        turns = f"-({angle})" if output else angle
        return f"{factor}Re[({x!r}) e({turns})]" if angle else f"({x!r})"
    q, e, m = single
    amplitude = q if real else 2 * q
    phase = Fraction(e, x.field)
    if not angle:
        return str(amplitude)  # real, so that its phase is 0
    sign = "-" if output else "+"
    phases = ([f"{sign} {phase}"] if phase else []) + [
        f"{sign if power > 0 else '-+'[sign == '-']} "
        f"{'' if abs(power) == 1 else abs(power)}arg {name}"
        for name, power in m
    ]
    size = "" if amplitude == 1 else "-" if amplitude == -1 else f"{amplitude} "
    return f"{size}cos(2pi({' '.join([angle, *phases])}))"


def to_latex(z: Element) -> str:
    r"""Return a LaTeX document part: the formula of the network and a table of all entries.

    >>> from algebra import optimizers
    >>> print(to_latex(optimizers.four_plus_real(AbelianGroup("Z2"))).splitlines()[-3])
    2 & $1$ & $1$ & $-1$ & $-\frac{1}{2}$ \\
    """
    group = _checked(z)
    moduli = r" \times ".join(rf"\mathbb{{Z}}_{{{n}}}" for n in group.moduli)
    free = ", ".join(parameter_latex(name) for name in z.parameters)
    lines = [
        f"% {printable(z.name or 'element')} over {group}: {z.order} hidden nodes",
        rf"On $G = {moduli}$, $d = {group.order}$, the network of width ${z.order}$",
        r"\[ f(x, y)[g] = \frac{1}{2d} \sum_j w_c[g, j]\,(w_a[x, j] + w_b[y, j])^2, \]",
        r"\[ w_a[x,j] = \sum_k a_{kj} \chi_k(x), \quad w_b[y,j] = \sum_k b_{kj} \chi_k(y), \quad",
        r"   w_c[g,j] = \sum_k c_{kj} \overline{\chi_k(g)}, \]",
        r"with the entries below at $k$, their conjugates at $-k$"
        + (f", for all ${free}$ of modulus one" if free else "")
        + ".",
        "",
        r"\begin{longtable}{rrlll}",
        r"node & $k$ & $a$ & $b$ & $c$ \\ \hline",
    ]
    for j, k, *cells in shown.rows(z, lambda x: f"${x.to_latex()}$"):
        lines.append(rf"{int(j) + 1} & ${k}$ & {' & '.join(cells)} \\")
    return "\n".join([*lines, r"\end{longtable}", "", ""])


def to_sympy_source(z: Element) -> str:
    """Return a Python script that needs SymPy alone: the entries, and the network's output.

    >>> from algebra import optimizers
    >>> source = to_sympy_source(optimizers.six_per_frequency(AbelianGroup("Z3"), nu=1))
    >>> exec(source, scope := {"__name__": "script"})  # our own output, just written
    >>> scope["q"], scope["NODES"][0]["a"]
    (6, {(1,): 1, (2,): 1})
    """
    group, rows = _checked(z), []
    for node in z.nodes.with_conjugates().entries():
        parts = []
        for p in "abc":
            entries = (
                f"{group.tuple(k)}: {_sympy_text(x)}" for (q, k), x in node.items() if q == p
            )
            body = ", ".join(entries)
            parts.append(f'"{p}": {{{body}}}')
        rows.append("    {" + ", ".join(parts) + "},\n")
    return _SCRIPT.format(
        title=f"{z.name or 'element'} over {group}: {z.order} hidden nodes",
        moduli=group.moduli,
        nodes="".join(rows),
        free=list(z.parameters),
        order=z.order,
    )


def _sympy_text(x: Scalar) -> str:
    terms = []
    for q, e, m in x.terms():
        number = f"Rational({q.numerator}, {q.denominator})" if q.denominator != 1 else str(q)
        factors = [number] if q != 1 or not (e or m) else []
        factors += [f"zeta({x.field}, {e})"] if e else []
        factors += [f"p[{name!r}]**{power}" for name, power in m]
        terms.append("*".join(factors))
    return " + ".join(terms) or "0"


#: Texts of an element are literals in it, and never names or parts of the code.
_SCRIPT = '''"""An element on a finite Abelian group and its network's output; needs SymPy alone."""

from itertools import product
from math import prod

from sympy import I, N, Rational, Symbol, exp, pi


def zeta(n, e):
    return exp(2 * pi * I * Rational(e, n))


TITLE = {title!r}
MODULI = {moduli}
FREE = {free}  # parameters of modulus one
p = {{name: Symbol(name) for name in FREE}}
d, q = prod(MODULI), {order}

# Entry at each character k; absent entries are 0.
NODES = [
{nodes}]


def chi(k, g):
    return exp(2 * pi * I * sum(Rational(x * y, n) for x, y, n in zip(k, g, MODULI)))


def weight(j, row, g):
    """w_a[g, j], w_b[g, j] or w_c[g, j]."""
    sign = -1 if row == "c" else 1
    return sum(z * chi(k, g) ** sign for k, z in NODES[j][row].items())


def output(x, y, g):
    """f(x, y)[g] = 1/(2d) sum_j w_c[g, j] (w_a[x, j] + w_b[y, j])^2."""
    return sum(
        weight(j, "c", g) * (weight(j, "a", x) + weight(j, "b", y)) ** 2 for j in range(q)
    ) / (2 * d)


if __name__ == "__main__":
    elements = list(product(*map(range, MODULI)))
    x = y = elements[-1]
    values = [N(output(x, y, g).subs({{p[v]: zeta(8, 1) for v in FREE}}), 20) for g in elements]
    mean = sum(values) / d
    for g, value in zip(elements, values):
        print(g, N(value - mean, 12, chop=True))
'''
