"""What is written out for people denotes the same numbers."""

import ast
import builtins
import cmath
import keyword
import re
from fractions import Fraction

import pytest
import sympy

from algebra import AbelianGroup, I, blocks, element, optimizers, param, unit, zeta
from algebra.files import closed_form
from algebra.files.closed_form import cosine_lines, to_latex, to_sympy_source
from algebra.numbers.units import PARAMETER_NAME, RESERVED_NAMES
from numeric import embed
from tests.at_limit import at_limit


def value_of_cosines(text: str, group: AbelianGroup, g: tuple[int, ...], names) -> float:
    """Evaluate a line of cosines by translating it to Python; an independent reading."""
    body = text.split(" = ", 1)[1]
    body = re.sub(r"(\d+)(?=[xyg]\d*/)", r"\1*", body)
    body = re.sub(r"(?<=[\d/]) cos", "*cos", body)
    body = re.sub(r"arg (\w+)", r"(arg['\1'])", body)
    body = re.sub(r"(\d)(?=\(arg)", r"\1*", body)
    scope = {"cos2pi": lambda t: cmath.cos(2 * cmath.pi * t).real, "arg": names}
    for i, x in enumerate(g):
        suffix = "" if len(group.moduli) == 1 else str(i + 1)
        scope.update({f"{v}{suffix}": x for v in "xyg"})
    return eval(body.replace("cos(2pi(", "cos2pi(("), scope)  # the test's own text


def cosines_are_the_weights(z, turns, nodes):
    """Whether the lines of these nodes are the weights, parameters at so many turns."""
    group, lines = z.group, cosine_lines(z)
    at = {p: zeta(10, round(10 * turn)) for p, turn in turns.items()}
    weights = embed(z.substitute(at) if at else z)
    for j in nodes:
        three = lines[3 * j : 3 * j + 3], (weights.w_a, weights.w_b, weights.w_c)
        for line, w in zip(*three, strict=True):
            for g in range(group.order):
                found = value_of_cosines(line, group, group.tuple(g), turns)
                assert found == pytest.approx(w[g, j], abs=1e-12)


@pytest.mark.parametrize("name", ["Z7", "Z8", "Z2xZ4"])
@pytest.mark.parametrize("family", ["six-per-frequency", "memorization", "nine-per-frequency"])
def test_cosines_evaluate_to_the_weights(name, family):
    z = optimizers.build(AbelianGroup(name), family)
    turns = {p: (i + 1) / 10 for i, p in enumerate(z.parameters)}
    cosines_are_the_weights(z, turns, (0, 1, z.order - 1))


@pytest.mark.parametrize("name", ["Z5", "Z6", "Z3xZ4"])
def test_powers_of_parameters_keep_their_sign_in_cosines(name):
    v, w = param("v"), param("w")
    values = [v, v**-1, v**2 * w**-3, zeta(8) * v**-2, zeta(12, 5) * w**-1 / 3]
    z = element(AbelianGroup(name), [{(p, 1): x for p in "abc"} for x in values])
    cosines_are_the_weights(z, {"v": 0.1, "w": 0.3}, range(z.order))


def test_entries_that_are_no_monomial_are_written_as_real_parts():
    group = AbelianGroup("Z5")
    z = element(group, [{("a", 0): Fraction(1, 2), ("c", 1): 1 + I}])
    assert cosine_lines(z) == [
        "node 0  w_a[x] = 1/2",
        "        w_b[y] = 0",
        "        w_c[g] = 2 Re[(1 + i) e(-(g/5))]",
    ]


@pytest.mark.parametrize("name", ["Z3", "Z4", "Z2xZ2", "Z5", "Z2xZ4"])
def test_the_sympy_script_computes_the_weights_and_the_networks_output(name):
    """Of an optimizer, and of nodes without output, or inputs, whose entries are no monomials."""
    group, x = AbelianGroup(name), param("xi") ** 2 / 3 + I + zeta(3)
    more = [{("a", 1): x, ("b", 1): -x}, {("c", 1): x}] if group.conjugate_pairs() else []
    z = optimizers.build(group, "four-plus-six", target="onehot") + element(group, more)
    exec(to_sympy_source(z), scope := {"__name__": "script"})  # our own output, just written
    weights = embed(z.substitute(dict.fromkeys(z.parameters, zeta(7))))
    turn = {sympy.Symbol(v): sympy.exp(2 * sympy.pi * sympy.I / 7) for v in scope["FREE"]}
    elements = [group.tuple(g) for g in range(group.order)]

    def value(expression):
        return complex(sympy.N(sympy.sympify(expression).subs(turn), 20))

    for j in (0, z.order - 2, z.order - 1):
        for p, w in zip("abc", (weights.w_a, weights.w_b, weights.w_c), strict=True):
            found = [value(scope["weight"](j, p, g)) for g in elements]
            assert found == pytest.approx(w[:, j], abs=1e-12)
    x, y = elements[-1], elements[1]
    total = tuple((a + b) % n for a, b, n in zip(x, y, group.moduli, strict=True))
    for g in (total, x):
        found = value(scope["output"](x, y, g))
        assert found == pytest.approx(1.0 if g == total else 0.0, abs=1e-12)


def with_parameters(*names):
    """An element of two nodes with these two parameters in it."""
    v, w = map(param, names)
    return element(AbelianGroup("Z3"), [{("a", 1): v, ("c", 1): w**-1}, {("b", 1): v * w}])


PLAIN = to_sympy_source(with_parameters("first", "second"))


def names_in(source):
    """All that a script calls something."""
    nodes = list(ast.walk(ast.parse(source)))
    found = {node.id for node in nodes if isinstance(node, ast.Name)}
    found |= {node.arg for node in nodes if isinstance(node, ast.arg)}
    return found | {n.name for n in nodes if isinstance(n, ast.FunctionDef | ast.alias)}


def test_no_name_of_a_parameter_becomes_one_of_the_scripts():
    taken = names_in(PLAIN) | {*dir(builtins), *keyword.kwlist}
    names = [x for x in sorted(taken) if PARAMETER_NAME.match(x) and x not in RESERVED_NAMES]
    assert {"q", "d", "pi", "N", "exp", "sum", "p", "x", "lambda", "Symbol"} <= set(names)
    for name in names:
        assert names_in(to_sympy_source(with_parameters(name, "other"))) == names_in(PLAIN)


@pytest.mark.parametrize("names", [("q", "d"), ("pi", "N"), ("exp", "sum"), ("p", "x")])
def test_the_script_prints_the_same_whatever_its_parameters_are_called(names, capsys):
    exec(PLAIN, {"__name__": "__main__"})
    expected = capsys.readouterr().out
    exec(to_sympy_source(with_parameters(*names)), {"__name__": "__main__"})
    assert capsys.readouterr().out == expected != ""


NAMES = [
    *('"""', "'''", '"""; import os; os._exit(3); """', "\\", "\\\\" + '"', "{title}", "{", "%s"),
    *("\n\\input{/etc/passwd}", "a\rb", "\\N{BULLET}", "# \x00", "\ud800", "\u2028x", "é", "'\""),
]


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_a_name_is_text_in_everything_that_is_written_and_never_code(name):
    plain = with_parameters("v", "w").named("plain")
    z = plain.named(name)
    tree = ast.parse(to_sympy_source(z))
    assigned = {ast.unparse(x.targets[0]): x.value for x in tree.body if isinstance(x, ast.Assign)}
    title = assigned["TITLE"]
    assert ast.literal_eval(title) == f"{name} over Z3: 2 hidden nodes"
    title.value = "plain over Z3: 2 hidden nodes"
    assert ast.dump(tree) == ast.dump(ast.parse(to_sympy_source(plain)))
    lines = to_latex(z).splitlines()
    assert lines[0].startswith("% ")
    assert lines[1:] == to_latex(plain).splitlines()[1:]
    assert "\n".join(cosine_lines(z)) == "\n".join(cosine_lines(plain))


def test_latex_says_which_parameters_are_free():
    group = AbelianGroup("Z5")
    free, fixed = (optimizers.six_per_frequency(group, nu=nu) for nu in (param("nu"), 1))
    assert r"conjugates at $-k$, for all $\nu$ of modulus one." in to_latex(free)
    assert "conjugates at $-k$.\n" in to_latex(fixed)


def test_latex_has_a_row_for_every_node_and_frequency():
    z = optimizers.four_plus_six(AbelianGroup("Z7"), xi=unit(Fraction(1, 3)))
    rows = [line for line in to_latex(z).splitlines() if line.endswith(r"\\") and "&" in line]
    assert len(rows) == sum(len({k for _, k in node}) for node in z.node_list())
    assert r"\zeta_{3}" in to_latex(z)


def test_as_many_nodes_are_written_out_as_the_limit_and_no_more():
    z = optimizers.memorization(AbelianGroup("Z3"))
    message = "has 9 nodes and at most 8 are written out"
    at_limit(closed_form, "MAX_NODES", 9, lambda: cosine_lines(z), message)


def test_blocks_alone_are_not_written_out():
    with pytest.raises(ValueError, match="place it on a group"):
        cosine_lines(blocks.syn())
