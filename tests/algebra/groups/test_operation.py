"""Operations that are asked for, against their tables computed with Python's own integers."""

import re
from math import gcd
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, strategies as st

from algebra.groups.group import AbelianGroup
from algebra.groups.isotopy import Isotopy, NotIsotopicError, isomorphism, isotopy_of
from algebra.groups.naming import simplest
from algebra.groups.operation import MAX_ROWS, MAX_TEXT, operation
from algebra.numbers.roots_of_unity import units
from tests.refusal import refused

FORMULAS = {
    ("x - y", 7): lambda x, y: (x - y) % 7,
    ("x+2y+3", 7): lambda x, y: (x + 2 * y + 3) % 7,
    ("2x-3y", 7): lambda x, y: (2 * x - 3 * y) % 7,
    ("X + 2*Y", 9): lambda x, y: (x + 2 * y) % 9,
    ("-x - y - 1", 5): lambda x, y: (-x - y - 1) % 5,
    ("(x - y) % 11", 11): lambda x, y: (x - y) % 11,
    ("x - y (mod 11)", 11): lambda x, y: (x - y) % 11,
    ("x/2 + y", 7): lambda x, y: (4 * x + y) % 7,
    ("2(x + y) - 3(y - 1)", 7): lambda x, y: (2 * x - y + 3) % 7,
    ("x*y", 12): lambda x, y: (x + 1) * (y + 1) % 13 - 1,
    ("xy mod 13", 12): lambda x, y: (x + 1) * (y + 1) % 13 - 1,
    ("x/y", 10): lambda x, y: (x + 1) * pow(y + 1, -1, 11) % 11 - 1,
    ("4/(x*y) mod 7", 6): lambda x, y: 4 * pow((x + 1) * (y + 1), -1, 7) % 7 - 1,
    ("x^5*y mod 7", 6): lambda x, y: pow(x + 1, 5, 7) * (y + 1) % 7 - 1,
    ("x**-1*y mod 7", 6): lambda x, y: pow(x + 1, -1, 7) * (y + 1) % 7 - 1,
}


@pytest.mark.parametrize(("text", "d"), FORMULAS)
def test_a_formula_has_the_table_that_it_says(text: str, d: int) -> None:
    found = operation(text, d)
    wanted = [[FORMULAS[text, d](x, y) for y in range(d)] for x in range(d)]
    assert found.table().tolist() == wanted
    assert found.numbers is None


@pytest.mark.parametrize("n", [5, 8, 9, 12, 13, 15, 20, 21])
def test_products_are_of_the_residues_prime_to_n_however_these_are_numbered(n: int) -> None:
    prime = [k for k in range(1, n) if gcd(k, n) == 1]
    assert units(n).tolist() == prime
    table = [[prime.index(u * v % n) for v in prime] for u in prime]
    alone = operation(f"x*y mod {n}", len(prime))
    assert (alone.table().tolist(), alone.numbers) == (table, None)
    for d, first in (n, 0), (n - 1, 1):
        found = operation(f"x*y mod {n}", d)
        assert found.table().tolist() == table
        if d > len(prime):
            assert found.numbers == (tuple(k - first for k in prime),) * 3
            x, y, g = found.places()
            products = (x[:, None] + first) * (y + first) % n
            assert (products == g[found.group.products] + first).all()


def test_the_first_residues_of_more_numbers_may_be_meant() -> None:
    found = operation("x + y mod 7", 14)
    assert found.name == "x + y over Z7 on the numbers 0..6"
    assert found.numbers == (tuple(range(7)),) * 3


@pytest.mark.parametrize("text", ["x - y over Z2xZ4", "-x - y + (1,3) over Z2xZ4", "x + y over Z8"])
def test_sums_are_over_the_group_that_is_named(text: str) -> None:
    found = operation(text, 8)
    assert found.name == text
    assert operation(text, 8, group=found.group) == found


@given(st.integers(2, 30), st.integers(-40, 40), st.integers(-40, 40), st.integers(-40, 40))
def test_the_name_of_a_sum_is_read_as_the_same_sum(n: int, a: int, b: int, c: int) -> None:
    if gcd(a * b, n) > 1:
        with pytest.raises(ValueError, match=r"no addition in disguise|does not depend"):
            operation(f"{a}x + {b}y", n) if a >= 0 <= b else operation("0x + y", n)
        return
    x = np.arange(n)
    table = (a * x[:, None] + b * x + c) % n
    found = simplest(isotopy_of(table))
    assert (operation(found.name, n).table() == table).all()
    assert operation(found.name, n).name == found.name


@given(st.sampled_from([5, 7, 9, 11, 13, 15, 16, 20, 21]), st.data())
def test_the_name_of_a_product_is_read_as_the_same_product(n: int, data: Any) -> None:
    prime = units(n).tolist()
    powers = [k for k in range(-len(prime), len(prime)) if gcd(k, len(prime)) == 1]
    a, b = (data.draw(st.sampled_from(powers)) for _ in "ab")
    c = data.draw(st.sampled_from(prime))
    table = [[prime.index(c * pow(u, a, n) * pow(v, b, n) % n) for v in prime] for u in prime]
    found = simplest(isotopy_of(np.array(table)), modulus=n)
    assert found.name.partition(" on ")[0].endswith(f" mod {n}")
    assert operation(found.name, len(prime)).table().tolist() == table


@given(st.integers(2, 12), st.integers(0, 10**6))
def test_a_name_of_whatever_kind_is_of_the_same_table(d: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    x = np.arange(d)
    p, s, r = (rng.permutation(d) if rng.random() < 0.5 else x for _ in "psr")
    if rng.random() < 0.3:
        s = p
    table = r[((p[:, None] + (1 if rng.random() < 0.5 else -1) * s) + d) % d]
    found = simplest(isotopy_of(table))
    assert (found.table() == table).all()
    assert found.name


def test_one_map_that_is_affine_in_another_numbering_is_no_reason_for_that() -> None:
    rng = np.random.default_rng(0)
    p = isomorphism(AbelianGroup("Z2xZ3"), AbelianGroup("Z6"))
    s, r = ([0, 2, 1, 5, 3, 4], rng.permutation(6))
    table = r[(p[:, None] + np.array(s)) % 6]
    assert simplest(isotopy_of(table)).name == "a table of order 6, isotopic to Z6"


def write(folder: Path, text: str) -> Path:
    path = folder / "table.csv"
    path.write_text(text)
    return path


CSV = {
    "numbers": "0,2,1\n1,0,2\n2,1,0\n",
    "numbers from one": "1,3,2\n2,1,3\n3,2,1\n",
    "labels as they come": "e,b,a\na,e,b\nb,a,e\n",
    "dots as they come": ".,..,x\nx,.,..\n..,x,.\n",
    "a first row and column": "-,e,a,b\ne,e,b,a\na,a,e,b\nb,b,a,e\n",
    "spaces and quotes": '"0", 2, 1\r\n1, 0, 2\r\n\r\n2, 1, "0"\r\n',
}


@pytest.mark.parametrize("name", CSV)
def test_a_table_is_read_from_a_file(name: str, tmp_path: Path) -> None:
    path = write(tmp_path, CSV[name])
    for given_as in (path, str(path)):
        found = operation(given_as, 3)
        if "come" not in name:
            assert found.name == "x - y over Z3"
        assert found.group == AbelianGroup("Z3")


def test_a_table_may_be_given_as_numbers() -> None:
    x = np.arange(6)
    for table in ((x[:, None] - x) % 6, ((x[:, None] - x) % 6).tolist()):
        assert operation(table, 6).name == "x - y over Z6"
    sums = AbelianGroup("Z2xZ3").add(x[:, None], x[None])
    assert operation(sums, 6).name == "x + y over Z2xZ3"
    asked = operation(sums, 6, group=AbelianGroup("Z6"))
    assert (asked.table() == sums).all()
    assert asked.group == AbelianGroup("Z6")
    assert asked.name == "a renaming of the elements of x + y over Z6"


FORMS = "write a sum such as 'x - 2y + 3', a product such as 'x*y mod 13' or 'x/y', or a table"
BAD = {
    ("x+", 7): f"cannot read 'x+'; {FORMS}",
    ("", 7): f"cannot read ''; {FORMS}",
    ("x + z", 7): f"cannot read 'z'; {FORMS}",
    ("x + i*y", 7): f"cannot read 'i*y'; {FORMS}",
    ("x + y)", 7): f"cannot read 'x + y)'; {FORMS}",
    ("x/(y", 6): f"cannot read 'x/(y'; {FORMS}",
    ("x^y", 6): f"cannot read 'x^y'; {FORMS}",
    ("(x+y)^2 + y", 6): f"cannot read ')^2 + y'; {FORMS}",
    ("x(1,2)+y", 6): f"cannot read 'x(1,2)+y'; {FORMS}",
    ("x*(1,2)+y", 6): f"cannot read 'x*(1,2)+y'; {FORMS}",
    ("x + y + t0", 6): f"cannot read 't0'; {FORMS}",
    ("__import__('os')", 7): f"""cannot read "__import__('os')"; {FORMS}""",
    ("x/2 + y", 6): "2 has no inverse modulo 6",
    ("x*y/0", 6): f"cannot read 'x*y/0'; {FORMS}",
    ("x*y/7", 6): "7 has no inverse modulo 7",
    ("x + y mod 0", 7): "it is modulo 0; pass 2 or more, of at most 9 digits",
    ("x + y mod 13", 7): "it is over Z13, and there are 7 numbers",
    ("x*y mod 13", 20): "the 20 numbers are not the 13 residues, nor 1..12, or those prime to 13",
    ("x*y", 8): "neither 8 nor 9 is prime; write mod n, such as mod 8, 15, 16, 20, 24, 30",
    ("3*x*y mod 15", 8): "the factor 3 is not prime to 15",
    ("x + y + (1,2)", 7): "a constant of Z7 is written 6",
    ("x*y over Z6", 6): "a product is taken modulo n, not over Z6; write mod n",
    ("x - y over Q", 6): "group='Q': cannot read 'Q'; write an Abelian group: Z7, 7, Z2xZ4, "
    "2x4 or Z2^3",
    ("x/y mod 7 on 1..5", 6): "that is 'x/y mod 7 on 1..6: Z6 by powers of 3'; write no more than "
    "'x/y mod 7'",
    ("x^9999999999 + y", 7): f"cannot read '9999999999 + y'; {FORMS}",
    ("x\x1b[31m - y", 7): f"cannot read '\\x1b[31m - y'; {FORMS}",
    ("x - y", MAX_ROWS + 1): "its table would have 4097 rows; at most 4096 are made",
    ("nothing.csv", 7): "nothing.csv does not exist; give the path of a file",
}
NO_ADDITION = {
    ("x", 7): f"it does not depend on y; {FORMS}",
    ("x^2 + y", 7): f"no addition in disguise is known of this form; {FORMS}",
    ("x^2*y mod 17", 16): "it is no Latin square: column 0 has 0 more than once",
    ("2x + y", 6): "2 and 6 have a common factor, so that this is no addition in disguise",
}


@pytest.mark.parametrize(("text", "d"), BAD)
def test_what_cannot_be_read_is_quoted_in_one_line(text: str, d: int) -> None:
    with refused(ValueError, f"operation={text!r}: {BAD[text, d]}"):
        operation(text, d)


@pytest.mark.parametrize(("text", "d"), NO_ADDITION)
def test_what_is_no_addition_in_disguise_is_an_error_of_its_own(text: str, d: int) -> None:
    with refused(NotIsotopicError, f"operation={text!r}, of {d} numbers: {NO_ADDITION[text, d]}"):
        operation(text, d)


def test_a_long_text_is_not_read() -> None:
    with pytest.raises(ValueError, match="has 201 characters; at most 200 are read"):
        operation("x" * (MAX_TEXT + 1), 7)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("0,1\n1\n", "row 1 has 1 entries, and row 0 has 2"),
        ("0,1\n1,0\n", "a table of 2 x 2; pass one of 3 x 3"),
        ("0,1,2\n1,2,0\n2,0,0\n", "it is no Latin square: row 2 has 0 more than once"),
        ("0.0,1e0,2\n1,2,0\n2,0,1\n", "'0.0' is no whole number; np.savetxt takes fmt="),
        ("a,b,c\nb,c,a\nc,a,d\n", "it has 4 different entries, and 3 rows"),
        ("-,e,a,b\ne,e,a,b\na,a,b,e\nc,b,e,a\n", "the first row and the first column are not the"),
        ("-,e,a,b\ne,e,a,b\na,a,b,e\nb,b,e,f\n", "row 2, column 2: 'f' is no label"),
        ('"0,1\n', "no CSV: "),
    ],
)
def test_a_file_that_holds_no_table_is_refused(text: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=f"^operation='.*{re.escape(message)}.*\\Z"):
        operation(write(tmp_path, text), 3)


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ([[0, 1], [1]], "operation: rows of different lengths; pass 2 rows of 2 numbers"),
        ([[0.0, 1.0], [1.0, 0.0]], "operation: entries of dtype float64; pass whole numbers"),
        ([[0, 1, 2]] * 3, "operation: a table of 3 x 3; pass one of 2 x 2"),
        ([[0, 1], [1, 2]], "operation: it has the entry 2, which is not in 0..1"),
        ([[0, 1], [1, 1]], "operation, of 2 numbers: it is no Latin square: row 1 has 1 more than"),
    ],
)
def test_numbers_that_are_no_table_are_refused(table: Any, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}"):
        operation(table, 2)


def test_a_group_of_another_type_is_refused() -> None:
    with pytest.raises(ValueError, match="isotopic to Z12, which is not isomorphic to Z2xZ6"):
        operation("x*y mod 13", 12, group=AbelianGroup("Z2xZ6"))
    found = operation("x*y mod 13", 12, group=AbelianGroup("Z4xZ3"))
    assert isinstance(found, Isotopy)
    assert found.name == "x*y mod 13 on 1..12: Z4xZ3 by powers of 5, 3"
