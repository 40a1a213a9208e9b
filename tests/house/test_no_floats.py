"""Exact stays exact: floats leave `algebra` by one door, and never enter.

The sources are read, not run. Two rules, with the modules that are exempt and why; a planted
violation of each kind shows that the reader can fail.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import algebra

FOLDER = Path(algebra.__file__).parent
#: The names of kinds of arrays, for annotations, hold no floats.
NAMES = "numbers/arrays.py"
SOURCES = sorted(set(FOLDER.rglob("*.py")) - {FOLDER / NAMES})

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
DTYPE_AT = {"zeros": 1, "ones": 1, "empty": 1, "identity": 1, "eye": 3}


def place(path: Path) -> str:
    """Return where a source is, seen from the package."""
    return path.relative_to(FOLDER).as_posix()


def numpy_name(node: ast.AST) -> str | None:
    """Return ``x`` of ``np.x``."""
    if (
        isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id in ("np", "numpy")
    ):
        return node.attr
    return None


def float_values(source: str) -> list[str]:
    """Return where a source makes or computes with float values."""
    found = []
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Constant(value=float() | complex() as value):
                found.append(f"{node.lineno}: the literal {value!r}")
            case ast.Call(func=ast.Name(id="float" | "complex" as name)):
                found.append(f"{node.lineno}: a call of {name}")
            case ast.Call(func=ast.Attribute(attr="__float__" | "__complex__" | "evalf" as name)):
                found.append(f"{node.lineno}: a call of {name}")
            case ast.Import(names=names):
                found += [
                    f"{node.lineno}: import {x.name}" for x in names if x.name in FLOAT_MODULES
                ]
            case ast.ImportFrom(module="math", names=names):
                found += [
                    f"{node.lineno}: math.{x.name}"
                    for x in names
                    if x.name not in INTEGER_FUNCTIONS_OF_MATH
                ]
            case ast.ImportFrom(module=str() as module) if module in FLOAT_MODULES:
                found.append(f"{node.lineno}: from {module}")
            case ast.Attribute(value=ast.Name(id="math"), attr=name):
                if name not in INTEGER_FUNCTIONS_OF_MATH:
                    found.append(f"{node.lineno}: math.{name}")
            case ast.Attribute() if numpy_name(node) in FLOAT_NAMES_OF_NUMPY:
                found.append(f"{node.lineno}: np.{node.attr}")
    return found


def float_arrays(source: str) -> list[str]:
    """Return where a source makes float64 arrays, by name or by a default."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if numpy_name(node) in FLOAT_ARRAYS_OF_NUMPY:
            found.append(f"{node.lineno}: np.{node.attr}")
        if isinstance(node, ast.Call):
            name = numpy_name(node.func)
            keywords = {k.arg: k.value for k in node.keywords}
            if name == "bincount" and ("weights" in keywords or len(node.args) > 1):
                found.append(f"{node.lineno}: np.bincount with weights")
            if name in DTYPE_AT and "dtype" not in keywords and len(node.args) <= DTYPE_AT[name]:
                found.append(f"{node.lineno}: np.{name} without a dtype")
            kinds = [keywords.get("dtype"), *node.args[:1]]
            if isinstance(node.func, ast.Attribute) and node.func.attr == "astype":
                kinds += node.args
            for kind in kinds:
                if isinstance(kind, ast.Name) and kind.id in ("float", "complex"):
                    found.append(f"{node.lineno}: the dtype {kind.id}")
                if (
                    isinstance(kind, ast.Constant)
                    and str(kind.value)[:1] in "fc"
                    and (
                        str(kind.value).strip("<>=")[:5]
                        in ("float", "f8", "f4", "f2", "compl", "c16")
                    )
                ):
                    found.append(f"{node.lineno}: the dtype {kind.value!r}")
    return found


@pytest.mark.parametrize("path", SOURCES, ids=place)
def test_floats_are_made_at_the_door_only(path):
    found = float_values(path.read_text(encoding="utf-8"))
    assert not found or place(path) in DOOR


@pytest.mark.parametrize("path", SOURCES, ids=place)
def test_float_arrays_are_held_only_where_it_is_declared(path):
    found = float_arrays(path.read_text(encoding="utf-8"))
    assert not found or place(path) in INTEGERS_IN_FLOAT64


def test_every_exemption_is_needed():
    sources = {place(path): path.read_text(encoding="utf-8") for path in SOURCES}
    assert all(float_values(sources[name]) for name in DOOR)
    assert all(float_arrays(sources[name]) for name in INTEGERS_IN_FLOAT64)
    for name in INTEGERS_IN_FLOAT64:  # the bound is in the module, or the arrays come from one
        assert "2**53" in sources[name] or "EXACT_FLOAT" in sources[name]


FLOAT_VALUES = [
    "x = 0.5",
    "x = 1e3",
    "x = 2j",
    "x = float('1')",
    "def f(q):\n    return complex(q)",
    "x = y.__float__()",
    "import cmath",
    "import decimal",
    "from cmath import exp",
    "from math import gcd, sin",
    "import math\nx = math.pi",
    "import math\nx = math.sqrt(2)",
    "import numpy as np\nx = np.pi",
    "import numpy as np\nx = np.exp(y)",
    "import numpy as np\nx = np.fft.fft(y)",
    "import numpy as np\nx = np.allclose(y, z)",
    "import numpy as np\nx = y.astype(np.complex128)",
    "x = y.evalf()",
]
FLOAT_ARRAYS = [
    "import numpy as np\nx = y.astype(np.float64)",
    "import numpy as np\nx = np.zeros(3)",
    "import numpy as np\nx = np.empty((2, 2))",
    "import numpy as np\nx = np.ones(3, dtype=float)",
    "import numpy as np\nx = np.ones(3, dtype='float64')",
    "import numpy as np\nx = y.astype(float)",
    "import numpy as np\nx = y.astype('f8')",
    "import numpy as np\nx = np.bincount(y, weights=z)",
    "import numpy as np\nx = np.bincount(y, z)",
    "import numpy as np\nx = np.rint(y)",
]
NO_FLOATS = [
    "from math import gcd, lcm, prod, isqrt",
    "x = 1 / y",
    "isinstance(x, float | complex)",
    "def __complex__(self) -> complex: ...",
    "import numpy as np\nx = np.zeros(3, dtype=np.int64)",
    "import numpy as np\nx = np.zeros(3, bool)",
    "import numpy as np\nx = np.bincount(y, minlength=3)",
    "'0.5 is a float'",
]


@pytest.mark.parametrize("planted", FLOAT_VALUES)
def test_a_planted_float_is_found(planted):
    assert float_values(planted)
    source = SOURCES[0].read_text(encoding="utf-8") + "\n" + planted + "\n"
    assert len(float_values(source)) > len(float_values(SOURCES[0].read_text(encoding="utf-8")))


@pytest.mark.parametrize("planted", FLOAT_ARRAYS)
def test_a_planted_float_array_is_found(planted):
    assert float_arrays(planted)


@pytest.mark.parametrize("source", NO_FLOATS)
def test_what_is_no_float_is_not_reported(source):
    assert float_values(source) == []
    assert float_arrays(source) == []
