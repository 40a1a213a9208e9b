"""Exact stays exact: floats leave `algebra` by one door, and never enter.

The sources are read, not run. Two rules, with the modules that are exempt and why; a planted
violation of each kind shows that the reader can fail.
"""

import ast
import re
from collections.abc import Callable
from pathlib import Path

import pytest

import algebra

FOLDER = Path(algebra.__file__).parent
#: All but the names of kinds of arrays, for annotations, which hold no floats.
SOURCES = sorted(set(FOLDER.rglob("*.py")) - {FOLDER / "numbers/arrays.py"})

#: The one door: exact numbers become floats here.
DOOR = {"numbers/to_float.py"}
#: Modules that hold *integers* in float64 arrays, below 2^53, and check that bound.
INTEGERS_IN_FLOAT64 = {
    "criterion/dense.py": "residues modulo primes, so that BLAS multiplies them",
    "criterion/sparse.py": "counts of terms per root, from np.bincount and one matrix product",
    "criterion/zero_test.py": "the same, and sums of integers by np.bincount, in the bound",
}

INTEGER_FUNCTIONS_OF_MATH = {"gcd", "lcm", "prod", "isqrt", "comb", "factorial", "perm"}
FLOAT_MODULES = {"cmath", "decimal", "random", "statistics"}
FLOAT_NAMES_OF_NUMPY = {
    *("pi", "e", "inf", "nan", "exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "sqrt"),
    *("cbrt", "sin", "cos", "tan", "arcsin", "arccos", "arctan", "arctan2", "sinh", "cosh", "tanh"),
    *("hypot", "angle", "deg2rad", "rad2deg", "fft", "linalg", "random", "linspace", "logspace"),
    *("geomspace", "isclose", "allclose", "mean", "average", "std", "var", "median", "interp"),
    *("floating", "complexfloating", "float16", "float32", "longdouble", "csingle", "cdouble"),
    *("clongdouble", "complex64", "complex128", "complex256", "true_divide", "divide"),
    *("float_power", "reciprocal"),
}
FLOAT_ARRAYS_OF_NUMPY = {"float64", "double", "rint"}
DTYPE = re.compile("[<>=]*(float|f8|f4|f2|compl|c16)")
DTYPE_AT = {"zeros": 1, "ones": 1, "empty": 1, "identity": 1, "eye": 3}


def place(path: Path) -> str:
    """Return where a source is, seen from the package."""
    return path.relative_to(FOLDER).as_posix()


def float_value(node: ast.AST) -> object:
    """Return what makes or computes with a float value, if this does."""
    match node:
        case ast.Constant(value=float() | complex() as value):
            return value
        case ast.Call(func=ast.Name(id="float" | "complex" as name)):
            return name
        case ast.Call(func=ast.Attribute(attr="__float__" | "__complex__" | "evalf" as name)):
            return name
        case ast.Import(names=names):
            return next((x.name for x in names if x.name in FLOAT_MODULES), None)
        case ast.ImportFrom(module="math", names=names):
            return next((x.name for x in names if x.name not in INTEGER_FUNCTIONS_OF_MATH), None)
        case ast.ImportFrom(module=str() as module) if module in FLOAT_MODULES:
            return module
        case ast.Attribute(value=ast.Name(id="math"), attr=name):
            return name if name not in INTEGER_FUNCTIONS_OF_MATH else None
        case ast.Attribute(value=ast.Name(id="np" | "numpy"), attr=name):
            return name if name in FLOAT_NAMES_OF_NUMPY else None
    return None


def float_array(node: ast.AST) -> str | None:
    """Return what makes a float64 array, by name or by a default, if this does."""
    match node:
        case ast.Attribute(value=ast.Name(id="np" | "numpy"), attr=name):
            return name if name in FLOAT_ARRAYS_OF_NUMPY else None
        case ast.Call(func=func, args=args, keywords=keywords):
            given = {k.arg: k.value for k in keywords}
            match func:
                case ast.Attribute(value=ast.Name(id="np" | "numpy"), attr="bincount"):
                    if "weights" in given or len(args) > 1:
                        return "bincount with weights"
                case ast.Attribute(value=ast.Name(id="np" | "numpy"), attr=name):
                    if "dtype" not in given and len(args) <= DTYPE_AT.get(name, -1):
                        return f"{name} without a dtype"
            for kind in (given.get("dtype"), *args[:1]):
                match kind:
                    case ast.Name(id="float" | "complex" as name):
                        return f"the dtype {name}"
                    case ast.Constant(value=str() as name) if DTYPE.match(name):
                        return f"the dtype {name}"
    return None


def found_in(source: str, rule: Callable[[ast.AST], object]) -> list[str]:
    """Return where a source has what a rule finds."""
    found = ((node, rule(node)) for node in ast.walk(ast.parse(source)))
    return [f"{node.lineno}: {what}" for node, what in found if what is not None]


def found_in_algebra(rule: Callable[[ast.AST], object]) -> dict[str, list[str]]:
    found = {place(path): found_in(path.read_text(encoding="utf-8"), rule) for path in SOURCES}
    return {name: where for name, where in found.items() if where}


def test_floats_are_made_at_the_door_only_and_there():
    found = found_in_algebra(float_value)
    assert set(found) == DOOR, found


def test_float_arrays_are_held_only_where_it_is_declared_and_there_with_the_bound():
    found = found_in_algebra(float_array)
    assert set(found) == set(INTEGERS_IN_FLOAT64), found
    for name in INTEGERS_IN_FLOAT64:  # the bound is in the module, or the arrays come from one
        assert re.search(r"2\*\*53|EXACT_FLOAT", (FOLDER / name).read_text(encoding="utf-8"))


FLOAT_VALUES = [
    *("x = 0.5", "x = 1e3", "x = 2j", "x = float('1')", "def f(q):\n    return complex(q)"),
    *("y.__float__()", "y.evalf()", "import cmath", "import decimal", "from cmath import exp"),
    *("from math import gcd, sin", "math.pi", "math.sqrt(2)", "np.pi", "np.exp(y)"),
    *("np.fft.fft(y)", "np.allclose(y, z)", "y.astype(np.complex128)"),
]
FLOAT_ARRAYS = [
    *("y.astype(np.float64)", "np.zeros(3)", "np.empty((2, 2))", "np.ones(3, dtype=float)"),
    *("np.ones(3, dtype='float64')", "y.astype(float)", "y.astype('f8')", "y.astype('<c16')"),
    *("np.bincount(y, weights=z)", "np.bincount(y, z)", "np.rint(y)"),
]
NO_FLOATS = [
    *("from math import gcd, lcm, prod, isqrt", "x = 1 / y", "isinstance(x, float | complex)"),
    *("def __complex__(self) -> complex: ...", "np.zeros(3, dtype=np.int64)", "'0.5 is a float'"),
    *("np.zeros(3, bool)", "np.bincount(y, minlength=3)"),
]


@pytest.mark.parametrize(
    ("planted", "values", "arrays"),
    [
        *((x, True, False) for x in FLOAT_VALUES),
        *((x, False, True) for x in FLOAT_ARRAYS),
        *((x, False, False) for x in NO_FLOATS),
    ],
)
def test_a_planted_float_or_array_is_found_and_what_is_none_is_not(planted, values, arrays):
    assert bool(found_in(planted, float_value)) == values
    assert bool(found_in(planted, float_array)) == arrays
