"""The stand-alone checker: what it accepts, what it refuses, and that each rule is needed."""

import cmath
import copy
import json
import random
import time

import numpy as np
import pytest

from proofs.certificates import checker
from tests.proofs.stand_alone import CHECKERS, ROOT, altered, caught, load, schema

SOURCE = CHECKERS / "checker.py"
REJECT = ROOT / "tests" / "reject"
EXPECTED = json.loads((REJECT / "expected.json").read_text())
make = load(ROOT / "benchmarks" / "corrupt_certificates.py")


def overflowing(bits):
    """Solutions with ``p^n - p^-n q`` more in T[k,k,k], n being half of ``2^bits``.

    Where exponents are digits of so many bits of one integer, these are the same.
    """
    made = make.order6(3, names=("nu",))
    third, rest = divmod(2 ** (bits - 1), 3)
    added = []
    for sign in (1, -1):
        for node in copy.deepcopy(made["nodes"]):
            for row, power in (("a", third + rest), ("b", third), ("c", third)):
                for [k], terms in node[row]:
                    turn = 1 if k == 1 else -1
                    for num, den, exponent, *monomial in terms:
                        powers = dict(*monomial) | {"p": sign * turn * power}
                        if row == "c" and sign < 0:
                            num, powers["q"] = -num, turn
                        terms[:] = [[num, den, exponent, powers]]
            added.append(node)
    return made | {"parameters": ["nu", "p", "q"], "nodes": made["nodes"] + added}


def encode(certificate):
    return json.dumps(certificate).encode()


def code(certificate):
    return checker.check(encode(certificate))[0]


def rewritten(certificate):
    """The same values in other words: 1 as -w - w^2, where w^3 = 1, and -1 as zeta^(n/2)."""
    result, n = copy.deepcopy(certificate), certificate["field"]
    for i, node in enumerate(result["nodes"]):
        for row in node.values():
            for entry in row[i % 2 :: 2]:
                (num, den, e, *m), *rest = entry[1]
                if rest or n % 6:
                    continue
                entry[1] = [
                    [-2 * num, 2 * den, (e + n // 3) % n, *m],
                    [num, den, (e + 2 * n // 3 + n // 2) % n, *m],
                ]
    return result


def with_operation(certificate, seed=0, **changed):
    """The certificate of an isotopic operation, its table made entry by entry."""
    rng = random.Random(seed)
    elements = make.frequencies(certificate["group"])
    p, s, r = (rng.sample(range(len(elements)), len(elements)) for _ in "psr")
    output = {elements[k]: z for z, k in enumerate(r)}

    def total(i, j):
        triples = zip(elements[i], elements[j], certificate["group"], strict=True)
        return tuple((a + b) % m for a, b, m in triples)

    table = [[output[total(i, j)] for j in s] for i in p]
    operation = {"name": "x - y", "p": p, "s": s, "r": r, "table": table}
    return {**certificate, "operation": {**operation, **changed}}


Z2 = make.order6(2, n=1)
VALID = {
    "the trivial group, no nodes": make.write((1,), 1, [], "projected", []),
    "the trivial group, one-hot": make.write(
        (1,), 1, [], "onehot", [{"a": {(0,): {(0, ()): 1}}, "b": {}, "c": {(0,): {(0, ()): 2}}}]
    ),
    "Z2 over the rationals": Z2,
    "Z2 and a trivial factor": make.order6(1, 2, n=1),
    "order 6 on Z3": make.order6(3),
    "order 6 on Z3, free parameter": make.order6(3, names=("nu",)),
    "order 6 on Z5, free parameters": make.order6(5, names=("nu", "mu")),
    "order 6 on Z15": make.order6(15, names=("nu",)),
    "order 6 on Z4": make.order6(4, names=("nu",)),
    "order 6 on Z3xZ3": make.order6(3, 3, names=("p", "q", "r", "s")),
    "order 6 on Z2xZ4": make.order6(2, 4, names=("nu",)),
    "order 6 over a larger field": make.order6(3, n=2**5 * 3**4 * 5),
    "order 4 and a constant on Z5": make.order4(5, names=("x", "y")),
    "order 4 and a constant on Z7, one-hot": make.order4(7, names=("x",), target="onehot"),
    "order 4 and a constant on Z3xZ3, one-hot": make.order4(3, 3, target="onehot"),
    "order 4 and a constant on Z6, one-hot": make.order4(6, names=("x",), target="onehot"),
    "memorization of Z4": make.memorization(4),
    "memorization of Z5": make.memorization(5),
    "memorization of Z2xZ3": make.memorization(2, 3),
    "order 6 in other words": rewritten(make.order6(5, names=("nu",))),
    "an operation on Z5": with_operation(make.order6(5)),
    "an operation on Z2xZ4": with_operation(make.order6(2, 4)),
    "an operation on one element": with_operation(make.write((1,), 1, [], "projected", [])),
    "order 4 in other words": rewritten(make.order4(5, names=("x",), target="onehot")),
}


@pytest.mark.parametrize("name", VALID)
def test_an_exact_optimizer_is_accepted(name):
    status, message = checker.check(encode(VALID[name]))
    assert (status, message[:10]) == (0, "accepted: ")


def test_the_verdict_says_what_was_found():
    assert checker.check(encode({**make.order6(7, names=("nu",)), "notes": 0.5})) == (
        0,
        "accepted: Z7, 18 nodes, 1 parameters, target projected: the weights are real "
        "(108 entries); of 27 entries of T with a term, up to conjugation, 3 are 1 and 24 are 0, "
        "exactly; notes were not read",
    )


def test_the_verdict_on_an_operation_says_what_was_checked():
    found = checker.check(encode({**with_operation(make.order6(7)), "notes": 0}))
    assert (found[0], found[1].partition(", exactly; ")[2]) == (
        0,
        "relabelled by its p, s, r, the network computes the operation of the table: "
        "r(table[x][y]) = p(x) + s(y) at all 49 pairs; the name, 'x - y', was not checked; "
        "notes were not read",
    )
    hostile = with_operation(make.order6(3), name="x\n\x1b[31maccepted: \u202e")
    message = checker.check(encode(hostile))[1]
    assert message.isascii()
    assert message.isprintable()


def test_the_relabelled_network_computes_the_table():
    """In floating point, from the definition of the network."""
    certificate = with_operation(make.order6(2, 3), seed=1)
    elements = np.array(make.frequencies((2, 3)))
    characters = np.exp(2j * np.pi * (elements / (2, 3)) @ elements.T)
    a, b, c = make.dense(certificate, {})
    w_a, w_b, w_c = (x.real.T for x in (a @ characters, b @ characters, c @ characters.conj()))
    _, table, p, s, r = checker.read(encode(certificate)).operation
    outputs = (w_a[p][:, None] + w_b[s][None]) ** 2 @ w_c[r].T
    assert (outputs.argmax(axis=2) == np.array(table)).all()


@pytest.mark.parametrize("name", EXPECTED)
def test_each_rule_refuses_its_certificate_with_its_message(name):
    found = checker.check_file(str(REJECT / name))
    assert found == (EXPECTED[name]["exit"], EXPECTED[name]["message"])
    assert "\n" not in found[1]


def test_the_table_of_bad_certificates_is_complete():
    assert {path.name for path in REJECT.iterdir()} == {*EXPECTED, "expected.json"}


# Independence of the arithmetic: T, entry by entry, against its definition in floating point.


def random_certificate(group, n, names, rng):
    """Real weights without any other property."""

    def scalar():
        powers = {p: rng.choice([-2, -1, 1, 2]) for p in names if rng.random() < 0.4}
        size = make.Fraction(rng.choice([-2, -1, 1, 3]), rng.randint(1, 3))
        return make.scalar(n, size, make.Fraction(rng.randrange(n), n), **powers)

    nodes = [{p: {} for p in "abc"} for _ in range(4)]
    for row in (row for node in nodes for row in node.values()):
        for k in make.frequencies(group):
            bar = make.negate(k, group)
            if rng.random() < 0.7 and bar >= k:
                entry = scalar()
                row[k] = entry | (make.bar(n, entry) if k == bar else scalar())
                row[bar] = make.bar(n, row[k])
    return make.write(group, n, list(names), "onehot", nodes)


def tensor_of_the_checker(typed, values):
    """T as it is formed there, at these values of the parameters."""
    scale, users = checker.plan(typed)
    at = {k: i for i, k in enumerate(make.frequencies(typed.group))}
    bar = [at[make.negate(k, typed.group)] for k in at]
    found = np.zeros((len(at),) * 3, complex)
    for k in (k for k in at if at[k] <= bar[at[k]]):
        for index, f in checker.tensor(typed.group, typed.field, scale, k, users[k]).items():
            place, value = (at[index[: len(k)]], at[index[len(k) :]], at[k]), 0
            for monomial, sums in f.items():
                powers = checker.powers(monomial, typed.parameters)
                phase = np.prod([values[p] ** power for p, power in powers.items()])
                for e, x in sums.items():
                    root = cmath.exp(2j * cmath.pi * e / typed.field)
                    value += x / (2 * scale**3) * root * phase
            found[place], found[tuple(bar[i] for i in place)] = value, np.conj(value)
    return found


@pytest.mark.parametrize("group", [(1,), (2,), (3,), (6,), (2, 2), (3, 2), (1, 4), (2, 1, 3)])
def test_the_function_tensor_agrees_with_its_definition(group):
    rng = random.Random(str(group))
    for names, n in ((), 12), (("nu",), 5), (("nu", "mu", "xi"), 30):
        certificate = random_certificate(group, n, names, rng)
        values = {p: cmath.exp(1j * rng.uniform(0, 6)) for p in names}
        expected = make.dense_tensor(certificate, values)
        assert checker.check(encode(certificate))[1].startswith("refuted: T[")  # reality holds
        found = tensor_of_the_checker(checker.read(encode(certificate)), values)
        assert np.abs(found - expected).max() < 1e-9 * (1 + np.abs(expected).max())


def test_an_entry_that_is_zero_in_the_field_is_admitted():
    certificate = make.order6(3)
    certificate["nodes"][0]["a"].append([[0], [[1, 1, 0], [1, 1, 4], [1, 1, 8]]])
    assert code(certificate) == 0
    certificate["nodes"][0]["a"][-1][1].pop()
    assert code(certificate) == 1


# Changes of valid certificates.


def test_a_random_change_of_one_term_is_refused_unless_the_network_stays_exact():
    trials = list(make.campaign(checker, 50, seed=2))
    wrong = [(kind, code, expected) for kind, code, expected, *_ in trials if code != expected]
    assert wrong == []
    accepted = {kind for kind, code, *_ in trials if code == 0}
    assert {"expand", "opposite", "relation"} <= accepted
    assert max(seconds for *_, seconds, _, _ in trials) < 2
    assert max(memory for *_, memory, _ in trials) < 2**22


@pytest.mark.parametrize("name", ["order 6 on Z5, free parameters", "memorization of Z5"])
def test_no_node_and_no_entry_can_be_left_out(name):
    for j in range(len(VALID[name]["nodes"])):
        assert code(altered(VALID[name], f"nodes.{j}")) == 1
    for p in "abc":
        assert code(altered(VALID[name], f"nodes.-1.{p}.-1")) == 1


def scaled(certificate, **powers):
    """Rows times these powers of a number, another one for each node."""
    result = copy.deepcopy(certificate)
    for number, node in enumerate(result["nodes"], start=2):
        for p, power in powers.items():
            for term in (term for _, terms in node[p] for term in terms):
                term[power < 0] *= number ** abs(power)
    return result


@pytest.mark.parametrize(
    ("powers", "expected"),
    [({"a": 1}, 1), ({"b": 1}, 1), ({"c": 1}, 1), ({"a": 1, "b": 1, "c": -2}, 0)],
)
def test_symmetries_of_the_loss_are_accepted_and_halves_of_them_refused(powers, expected):
    found = scaled(VALID["order 6 on Z5, free parameters"], **powers)
    turned = [{"a": node["b"], "b": node["a"], "c": node["c"]} for node in found["nodes"][::-1]]
    assert code(found) == code(found | {"nodes": turned}) == expected


def plus(certificate, **rows):
    """The certificate with one more node."""
    return certificate | {"nodes": [*certificate["nodes"], {"a": [], "b": [], "c": [], **rows}]}


def pair(k, *terms):
    """The same terms at two frequencies of Z5: conjugate if the terms are real."""
    return [[[k], [*terms]], [[5 - k], [*terms]]]


def replaced(document, old, new):
    return json.loads(json.dumps(document).replace(old, new))


ORDER6 = make.order6(5, names=("nu", "mu"))
FREE = make.order6(3, names=("nu",))
FIRST = ORDER6["nodes"][0]
ONE, IMAGINARY, NU = [1, 1, 0], [1, 1, 3], [1, 1, 0, {"nu": 1}]
Z5, Z2XZ4 = make.order6(5), make.order6(2, 4)
ON_Z5, ON_Z2XZ4 = (with_operation(made)["operation"] for made in (Z5, Z2XZ4))
FALSE = {
    "output weights not real": altered(ORDER6, "nodes.-1.c.-1"),
    "input weights not real": altered(ORDER6, "nodes.0.a.0.1", [[1, 9, 3], *FIRST["a"][0][1]]),
    "not real in a, where T does not see it": plus(ORDER6, a=pair(2, IMAGINARY)),
    "not real in b, where T does not see it": plus(ORDER6, b=pair(2, IMAGINARY)),
    "not real in the coefficient of a parameter, unseen by T": plus(ORDER6, a=pair(1, ONE, NU)),
    "not real in c at 0, unseen by T": altered(
        ORDER6, "nodes.0.c", [*FIRST["c"], [[0], [IMAGINARY]]]
    ),
    "a real character with an imaginary entry": plus(Z2 | {"field": 4}, c=[[[1], [[1, 1, 1]]]]),
    "a constant that is not real": plus(ORDER6, c=[[[0], [NU]]]),
    "wrong in the sum over a": plus(ORDER6, a=pair(1, ONE), c=pair(1, ONE)),
    "wrong in the sum over b": plus(ORDER6, b=pair(1, ONE), c=pair(1, ONE)),
    "wrong at one frequency only": plus(ORDER6, b=pair(1, ONE), c=pair(2, ONE)),
    "no block at the last frequency": ORDER6 | {"nodes": ORDER6["nodes"][:6]},
    "no block at the first frequency": ORDER6 | {"nodes": ORDER6["nodes"][6:]},
    "true for nu = 1 only": make.order6(3)
    | {"parameters": ["nu"], "nodes": replaced(make.order6(3)["nodes"], "0]", '0, {"nu": 1}]')},
    "true for nu = mu only": FREE
    | {"parameters": ["nu", "mu"]}
    | {"nodes": [node | {"c": replaced(node["c"], "nu", "mu")} for node in FREE["nodes"]]},
    "T[k,k,k] is 2": replaced(Z2, "2, 0]", "1, 0]"),
    "one-hot, but T[0,0,0] is 0": ORDER6 | {"target": "onehot"},
    "one-hot, but T[0,0,0] is 2": altered(make.order4(5, target="onehot"), "nodes.-1.c.0.1.0.0", 4),
    **{f"powers of parameters that differ by 2^{bits}": overflowing(bits) for bits in (20, 21, 22)},
    "no nodes": make.write((3,), 1, [], "projected", []),
    "no nodes, one-hot, the trivial group": make.write((1,), 1, [], "onehot", []),
    "an operation of no network": with_operation(make.write((3,), 1, [], "projected", [])),
    **{
        f"an operation with entry {x} changed": altered(
            Z5 | {"operation": ON_Z5}, f"operation.table.{x}.{x}", (ON_Z5["table"][x][x] + 1) % 5
        )
        for x in (0, -1)
    },
    "an operation with one entry changed in one factor": altered(
        Z2XZ4 | {"operation": ON_Z2XZ4},
        "operation.table.-1.-1",
        ON_Z2XZ4["r"].index(ON_Z2XZ4["r"][ON_Z2XZ4["table"][-1][-1]] ^ 1),
    ),
    "an operation over another group of this order": Z2XZ4
    | {"operation": with_operation({"group": [8]})["operation"]},
    "p and s exchanged": with_operation(Z5, p=ON_Z5["s"], s=ON_Z5["p"]),
    "p and r exchanged": with_operation(Z5, p=ON_Z5["r"], r=ON_Z5["p"]),
    "r inverted": with_operation(Z5, r=sorted(range(5), key=ON_Z5["r"].__getitem__)),
}


@pytest.mark.parametrize("name", FALSE)
def test_a_false_certificate_is_refuted(name):
    assert code(FALSE[name]) == 1


# Each sentence of the checker is needed: without it, some certificate gets another verdict.

PRODUCTS = """for x, u in [(x + z, u * w) for x, u in s]:
                for y, v in s:"""
NUMBERED = """for i, (x, u) in enumerate([(x + z, u * w) for x, u in s]):
                split = sum(map(len, node["a"].values()))
                for y, v in """
TOTAL, ORDERS = "if elements[r[z]] != total:", "(*group, *group, n), (0,)"
HALF, PLACES = 'half if target == "onehot" else half[1:]', "sorted({*found, k + k})"
MUTATIONS = {
    "operations are not checked": ("if operation is None:", "if True:"),
    "the first row of a table only": ("in enumerate(table):", "in enumerate(table[:1]):"),
    "the last row of a table only": (
        "for x, row in enumerate(table):",
        "for x, row in [(len(table) - 1, table[-1])]:",
    ),
    "the table is of p(x) + p(y)": (
        "elements[p[x]], elements[s[y]]",
        "elements[p[x]], elements[p[y]]",
    ),
    "the answer is not relabelled": (TOTAL, "if elements[z] != total:"),
    "elements are added as if of a cyclic group": (TOTAL, "if r[z] != (p[x] + s[y]) % len(table):"),
    "sums are compared by their first factor": (TOTAL, "if elements[r[z]][0] != total[0]:"),
    "reality is not tested": ("if not vanishes(gap, n):", "if False:"),
    "reality ignores c": ("for p, row in node.items()]", "for p, row in list(node.items())[:2]]"),
    "reality ignores a": ("for p, row in node.items()]", "for p, row in list(node.items())[1:]]"),
    "reality in the first node only": (
        "in enumerate(nodes) for p",
        "in enumerate(nodes[:1]) for p",
    ),
    "conjugation forgets the roots of unity": ("-t.exponent % n", "t.exponent"),
    "conjugation forgets the parameters": ("-t.monomial) for", "t.monomial) for"),
    "no products of b with b": (PRODUCTS, NUMBERED + "s[: None if i < split else split]:"),
    "no products of a with a": (PRODUCTS, NUMBERED + "s[0 if i >= split else split :]:"),
    "no b": ('*zero, *x) for x, entry in node["b"].items()', "*zero, *x) for x, entry in ()"),
    "no squares in the sums": ("for y, v in s:", "for y, v in [y for y in s if y[0] != x - z]:"),
    "squares count twice": ("+= u * v", "+= u * v * (1 + (y == x - z))"),
    "products count once": (PRODUCTS, NUMBERED + "s[i:]:"),
    "the relations of the field are ignored": ("for p in prime_divisors(n):", "for p in ():"),
    "one prime is forgotten": ("for p in prime_divisors(n):", "for p in prime_divisors(n)[1:]:"),
    "one prime twice": ("for p in prime_divisors(n):", "for p in prime_divisors(n)[:1] * 2:"),
    "exponents are not reduced": (ORDERS, "(*group, *group, 3 * n), (0,)"),
    "roots of unity are ignored in T": ("[key >> top][e]", "[key >> top][0]"),
    "the parameters are ignored in T": ("[key >> top]", "[0]"),
    "parameters are not distinguished": ("power << RADIX * names[name]", "power << RADIX"),
    "powers have room in a term, not in a product": ("RADIX = (6 * M", "RADIX = (2 * M"),
    "powers have room for one sign": ("POWER).bit_length()", "POWER).bit_length() - 1"),
    "only the constant coefficient counts": ("for g in f.values():", "for g in [f.get(0, {})]:"),
    "only the first coefficient counts": (
        "if any(g.values()):\n            return False\n",
        "return not any(g.values())\n",
    ),
    "the first frequency is skipped": ("k <= negate(k)]", "k <= negate(k) and sum(k) != 1]"),
    "all but the first frequency are skipped": (
        "k <= negate(k)]",
        "k <= negate(k) and sum(k) <= 1]",
    ),
    "real characters are skipped": ("k <= negate(k)]", "k < negate(k) or not any(k)]"),
    "one-hot is read as projected": (HALF, "half[1:]"),
    "projected is read as one-hot": (HALF, "half"),
    "T is not compared with 1": ("f[0][0] - want * one", "f[0][0]"),
    "target entries without a term are forgotten": (PLACES, "sorted({*found} - {k + k})"),
    "only target entries are compared": (PLACES, "[k + k]"),
    "1 is taken to be 2": ("one, indices, entries = 2 *", "one, indices, entries = 4 *"),
    "denominators are forgotten": (
        "in digits), t.num * (scale // t.den)",
        "in digits), t.num * scale",
    ),
    "the denominator of a is not squared": ("2 * scale**3", "2 * scale**2"),
    "components of frequencies are not reduced": (ORDERS, "(*(2 * m for m in group * 2), n), (0,)"),
    "all factors are taken to be like the first": (ORDERS, "(*group[:1] * 2 * len(k), n), (0,)"),
}


@pytest.mark.parametrize("name", MUTATIONS)
def test_a_mutated_checker_is_caught(name):
    files = [*((x, 0) for x in VALID.values()), *((x, 1) for x in FALSE.values())]
    assert caught(SOURCE, MUTATIONS[name], files)


# The check ends soon.


def test_a_certificate_with_two_thousand_nodes_takes_seconds():
    data = encode(make.order4(997, names=[f"p{i}" for i in range(498)]))
    start = time.process_time()
    assert checker.check(data)[0] == 0
    assert time.process_time() - start < 20


def test_a_carrier_with_a_thousand_output_entries_takes_seconds():
    base = make.order4(499)
    block, rest = make.order6(499)["nodes"][:6], base["nodes"][4:-1]
    for node in block:
        for k in range(2, 250):
            node["c"] += [
                [[k], [[-1, 12, 0], [-1, 12, 3]]],
                [[499 - k], [[-1, 12, 0], [-1, 12, 9]]],
            ]
    start = time.process_time()
    assert code({**base, "nodes": block + rest}) == 0
    assert time.process_time() - start < 20


# The schema.


#: What it cannot say: numbers as they are written, and relations between different places.
BEYOND_SCHEMA = {
    "entry-repeated", "field-exponential-notation", "frequency-float", "frequency-out-of-range",
    "frequency-too-long", "frequency-too-short", "group-huge-product", "limit-common-denominator",
    "operation-duplicate-key", "operation-entry-float", "operation-entry-out-of-range",
    "operation-p-too-short", "operation-row-too-short", "operation-s-out-of-range",
    "operation-table-too-long", "operation-table-too-short", "power-undeclared",
    "term-exponent-is-field", "term-numerator-1001-digits", "terms-repeated",
    "terms-repeated-monomial", "version-float",
}  # fmt: skip


def test_the_schema_admits_all_that_the_checker_reads_and_refuses_what_it_can_express():
    shape = schema("certificate")
    for certificate in [*VALID.values(), *FALSE.values()]:
        shape.validate(json.loads(encode(certificate)))
    for name, entry in EXPECTED.items():
        if not name.startswith("text-"):
            valid = shape.is_valid(json.loads((REJECT / name).read_text()))
            beyond = name.removesuffix(".json") in BEYOND_SCHEMA
            assert valid == (entry["exit"] == 1 or beyond), name
