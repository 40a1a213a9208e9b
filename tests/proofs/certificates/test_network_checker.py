"""The stand-alone checker of networks: what it accepts, and every way to cheat it that we know."""

import io
import json
import struct
import warnings
import zipfile
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from hashlib import sha256
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from numeric.verification.verify import decimal
from numeric.weights.plain_network import TwoLayer
from proofs.certificates import network_checker as checker
from tests.numeric.verification.oracle import ACTIVATIONS, outputs, random_network, truth
from tests.proofs.stand_alone import CHECKERS, altered, copied, mutated

SOURCE = CHECKERS / "network_checker.py"
D = 4
TABLE = np.add.outer(np.arange(D), np.arange(D)) % D
LETTERS = {"float16": "F16", "float32": "F32", "float64": "F64"}
NAMES = ("margin", "loss", "onehot")
SIDES = ("first", "second", "last", "bias", "output_bias")


def safetensors(arrays: dict[str, Any], header: Callable[[dict[str, Any]], Any] = dict) -> bytes:
    """The format as it is documented, written here."""
    entries, data = {}, b""
    for key, x in arrays.items():
        raw = np.ascontiguousarray(x).tobytes()
        ends = [len(data), len(data) + len(raw)]
        kind = LETTERS.get(str(x.dtype), "BF16")
        entries[key] = {"dtype": kind, "shape": list(x.shape), "data_offsets": ends}
        data += raw
    text = json.dumps(header(entries)).encode()
    return len(text).to_bytes(8, "little") + text + data


def npz(arrays: dict[str, Any]) -> bytes:
    stream = io.BytesIO()
    np.savez_compressed(stream, **arrays)
    return stream.getvalue()


def whole(name: str, x: Any) -> str:
    rows, columns = (1, *x.shape)[-2:]
    return f"{name}[0:{rows}, 0:{columns}]"


def claimed(wrong: Any, values: list[Fraction]) -> Any:
    """What the oracle says, as a claim."""
    bounds = [[decimal(v, up=up, digits=12) for up in (False, True)] for v in values]
    return {"wrong": [*map(list, wrong)], **dict(zip(NAMES, bounds, strict=True))}


def statement(network: Any, file: str = "w.npz", *, table: Any = TABLE) -> tuple[Any, Any]:
    """What is true of a network by the oracle, and its arrays by name."""
    arrays: dict[str, Any] = {}
    parts: dict[str, Any] = {}
    for side in SIDES:
        found = getattr(network, side)
        several = found if isinstance(found, tuple) else [] if found is None else [found]
        named = {f"{side}{i}": x for i, x in enumerate(several)}
        parts[side] = [whole(name, x) for name, x in named.items()]
        arrays |= named
    wrong, _, *values = truth(network, table)
    parts |= {"scale": str(Fraction(network.scale)), "activation": network.activation}
    made = {
        "format": "cogo-verified",
        "version": 1,
        "file": file,
        "sha256": "",
        "network": parts,
        "operation": {"group": [D], **{p: list(range(D)) for p in "psr"}},
        "claim": claimed(wrong, values),
    }
    return made, arrays


def signed(made: Any, data: bytes) -> Any:
    """The statement with the hash of the weights."""
    return made | {"sha256": sha256(data).hexdigest()}


def asked(made: Any, data: bytes, module: ModuleType = checker) -> tuple[int, str]:
    """What a checker says of a statement, or its text, and the weights that it names."""
    text = made if isinstance(made, bytes) else json.dumps(made).encode()
    return module.check("x.verify.json", lambda path, most: text if most == 2**22 else data)


def judged(made: Any, weights: Any) -> tuple[int, str]:
    """What the checker says of a statement, with the right hash, and arrays or their bytes."""
    write = npz if made["file"].endswith(".npz") else safetensors
    data = weights if isinstance(weights, bytes) else write(weights)
    return asked(signed(made, data), data)


@pytest.mark.parametrize("kind", LETTERS)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_what_the_oracle_says_is_accepted(activation, kind):
    rng = np.random.default_rng(len(activation) * 7 + len(kind))
    for _ in range(4):
        network = random_network(rng, activation=activation, kind=kind)
        for file in ("w.npz", "w.safetensors"):
            made, arrays = statement(network, file)
            code, message = judged(made, arrays)
            assert code == 0, message
            right = 16 - len(made["claim"]["wrong"])
            assert message.startswith(f"accepted: {right} of 16 pairs of x + y over Z4 are right")
            assert f'"activation": "{activation}"}}' in message


@pytest.mark.parametrize("d", [2, 5, 6])
def test_a_table_of_any_operation(d):
    """What the oracle says of it is accepted, and of another table refuted."""
    rng = np.random.default_rng(d)
    for _ in range(4):
        network, table = random_network(rng, d=d), rng.integers(0, d, (d, d))
        made, arrays = statement(network, table=table)
        code, message = judged(made | {"operation": {"table": table.tolist()}}, arrays)
        assert code == 0, message
        right = d * d - len(made["claim"]["wrong"])
        said = f"accepted: {right} of {d * d} pairs of its {d} x {d} table are right"
        assert message.startswith(said)
        other = ((table + 1) % d).tolist()
        assert judged(made | {"operation": {"table": other}}, arrays)[0] == 1


def test_the_table_of_a_group_is_judged_as_the_group():
    said = asked(GOOD, DATA)[1].replace("x + y over Z4", "its 4 x 4 table")
    assert asked(GOOD | {"operation": {"table": ROWS}}, DATA) == (0, said)


@pytest.mark.parametrize("size", [1e-300, 1e-100, 1e100])
def test_all_magnitudes_are_exact(size):
    network = random_network(np.random.default_rng(3), q=2, size=size)
    assert judged(*statement(network))[0] == 0


def test_arrays_in_other_orders_of_bytes_and_of_entries_and_parts_of_arrays():
    made, arrays = statement(random_network(np.random.default_rng(1)))
    other = {k: np.asfortranarray(x.astype(x.dtype.newbyteorder(">"))) for k, x in arrays.items()}
    assert judged(made, other)[0] == 0
    turned = np.pad(arrays["last0"].T, ((0, 9 - D), (0, 0)))
    wide = np.concatenate([np.ones((9, 2)), turned], axis=1)
    part = f"wide[0:{D}, 2:{wide.shape[1]}].T"
    code, message = judged(altered(made, "network.last.0", part), arrays | {"wide": wide})
    assert code == 0
    assert f'"last": ["{part}"]' in message


def test_bfloat16_is_the_upper_half_of_float32():
    network = random_network(np.random.default_rng(4), kind="float32")

    def upper(x):
        return np.ascontiguousarray(x).view(np.uint32) >> 16

    def rounded(x):
        if isinstance(x, tuple):
            return tuple(map(rounded, x))
        return x if x is None else (upper(x) << 16).view(np.float32)

    network = replace(network, **{side: rounded(getattr(network, side)) for side in SIDES})
    made, arrays = statement(network, "w.safetensors")
    halves = {k: upper(x).astype(np.uint16) for k, x in arrays.items()}
    assert judged(made, halves)[0] == 0


def test_renamed_inputs_and_outputs_and_inputs_that_stand_for_nothing():
    network = random_network(np.random.default_rng(2), d=5)
    p, s, r = [2, -1, 0, 1, 3], [0, 1, 2, 3, -1], [-1, 3, 2, 1, 0]
    rows = [0, 2, 3, 4]
    table = np.array([[r.index((p[x] + s[y]) % D) for y in range(4)] for x in rows])
    first = (network.first[0][rows], *network.first[1:])
    second = (network.second[0][:4], *network.second[1:])
    made, arrays = statement(network)
    made["operation"] = {"group": [2, 2], "p": p, "s": s, "r": r}
    assert judged(made, arrays)[0] == 1  # the cyclic claim, over another group
    made["operation"]["group"] = [4]
    wrong, _, *values = truth(replace(network, first=first, second=second), table)
    made["claim"] = claimed([(rows[x], y) for x, y in wrong], values)
    code, message = judged(made, arrays)
    assert code == 0, message
    assert "pairs of r^-1(p(x) + s(y)) over Z4" in message


def test_bounds_may_be_the_value_itself():
    a, b, c = np.random.default_rng(3).integers(-3, 4, (3, D, D)).astype(float)
    network = TwoLayer((a,), (b,), (c,))
    made, arrays = statement(network)
    for key, value in zip(NAMES, truth(network, TABLE)[2:], strict=True):
        made["claim"][key] = [str(float(value))] * 2
        assert Fraction(made["claim"][key][0]) == value  # sixteenths
    assert judged(made, arrays)[0] == 0


def test_a_sum_on_some_of_the_inputs_is_called_a_sum():
    made, arrays = statement(random_network(np.random.default_rng(2)))
    for side in ("first0", "second0"):
        arrays[side] = np.vstack([arrays[side], 9 * np.ones((1, arrays[side].shape[1]))])
        made["network"][side[:-1]][0] = whole(side, arrays[side])
    made["operation"] |= {"p": [0, 1, 2, 3, -1], "s": [0, 1, 2, 3, -1]}
    code, message = judged(made, arrays)
    assert code == 0
    assert " of 16 pairs of x + y over Z4 are right" in message


NETWORK = random_network(np.random.default_rng(9))
GOOD, ARRAYS = statement(NETWORK, "w.safetensors")
DATA = safetensors(ARRAYS)
GOOD = signed(GOOD, DATA)
LISTED = GOOD["claim"]["wrong"]
WRONG, _, *VALUES = truth(NETWORK, TABLE)
ROWS = TABLE.tolist()


def forgiven(pair: Any) -> Any:
    """The table with what the network answers to a pair."""
    found = TABLE.copy()
    f = outputs(NETWORK, Fraction(NETWORK.scale))[pair].tolist()
    found[pair] = f.index(max(f))
    assert f.count(max(f)) == 1
    return found.tolist()


def above(x: Fraction) -> str:
    return decimal(x, up=True, digits=30)


def below(x: Fraction) -> str:
    return decimal(x, up=False, digits=30)


#: What makes a statement false: the place, what stands there, and what is said of it.
FALSE: dict[str, tuple[str, Any, str]] = {
    "wrong hash": ("sha256", "0" * 64, f"sha256: that of the weights is {GOOD['sha256']}"),
    "wrong pair left out": ("claim.wrong", LISTED[1:], f"wrong: {WRONG[0]} is not listed"),
    "right pair listed": ("claim.wrong", [*LISTED, [0, 3]], "wrong: (0, 3) is listed"),
    "wrong pair twice": (
        "claim.wrong", [*LISTED, LISTED[0]], "wrong: a pair that is there twice is listed",
    ),
    "pair that does not exist": ("claim.wrong", [*LISTED, [0, 400]], "wrong: (0, 400) is listed"),
    "more wrong pairs than pairs": ("claim.wrong", [[0, 0]] * 17, "wrong: "),
    "bounds the wrong way round": ("claim.loss", ["1e99", "0"], "loss: it is below the bounds"),
    "another scale": ("network.scale", str(-2 * Fraction(NETWORK.scale)), "wrong: "),
    "another activation": ("network.activation", "abs", ""),
    "another group": ("operation.group", [2, 2], ""),
    "another table": ("operation", {"table": ROWS[::-1]}, "wrong: "),
    "a table that calls a wrong answer right": (
        "operation", {"table": forgiven(WRONG[0])}, f"wrong: {WRONG[0]} is listed",
    ),
}  # fmt: skip
FALSE |= {
    f"{key} raised a little": (f"claim.{key}", [above(x), "1e99"], f"{key}: it is below ")
    for key, x in zip(NAMES, VALUES, strict=True)
}
FALSE |= {
    f"{key} lowered a little": (f"claim.{key}", ["-1e99", below(x)], f"{key}: it is above ")
    for key, x in zip(NAMES, VALUES, strict=True)
}
KEYS = "top level: the keys are not format version file sha256 "
ONCE = "operation: not each of the 4 elements once in p, s and r"
SHAPES = "network: the shapes are "
OUTSIDE = "is no part of 'F64' of shape [5]"
#: What makes a statement none.
MALFORMED: dict[str, tuple[str, Any, str]] = {
    "two inputs stand for one element": ("operation.p", [0, 1, 1, 3], ONCE),
    "an element is left out": ("operation.r", [0, 1, 2, -1], ONCE),
    "an element too many": ("operation.s", [0, 1, 2, 4], ONCE),
    "a number of inputs that is not the network's": ("operation.p", [0, 1, 2, 3, -1], SHAPES),
    "a huge group": ("operation.group", [512, 512], "operation: a group of order 262144"),
    "the group of one element": ("operation.group", [1], "operation: a group of order 1"),
    "a table beside a group": (
        "operation.table", ROWS, "operation: the keys are not table, but ['group', ",
    ),
    "unknown key": ("extra", 1, KEYS),
    "unknown key of the network": (
        "network.extra", 1, "network: the keys are not first second ",
    ),
    "unknown key of the claim": (
        "claim.accuracy", "1", "claim: the keys are not wrong margin loss onehot, but ['wrong', ",
    ),
    **{f"no {key}": (key, ..., KEYS) for key in GOOD},
    "a tensor that is not there": (
        "network.last.0", "other[0:5, 0:4]", "no tensor is named 'other'",
    ),
    "a part that is not there": (
        "network.bias.0", "bias0[0:1, 0:6]", f"'bias0[0:1, 0:6]' {OUTSIDE}",
    ),
    "an empty part": ("network.bias.0", "bias0[0:1, 2:2]", f"'bias0[0:1, 2:2]' {OUTSIDE}"),
    "parts of too many numbers": (
        "network.bias.0", "bias0[2000:0, 0:2000]", "network: parts of 40000",
    ),
    "a bias that is a column": ("network.bias.0", "bias0[0:1, 0:5].T", SHAPES),
    "factors that do not fit": (
        "network.last", GOOD["network"]["last"] * 2, "factors of 4 columns, 5 rows",
    ),
    "too many factors": (
        "network.last", GOOD["network"]["last"] * 5, "network: more than 4 parts",
    ),
    "no factor": ("network.first", [], "network: no factors [[], "),
    "another format": ("format", "cogo-certificate", "format: 'cogo-certificate', version 1"),
    "another version": ("version", 2, "format: 'cogo-verified', version 2"),
    "a true version": ("version", True, "format: 'cogo-verified', version True"),
}  # fmt: skip
#: The same of what is no table.
TABLES: dict[str, tuple[Any, str]] = {
    "a table that is short of a row": (ROWS[:3], "operation.table: row 0 is not 3 of 0..2"),
    "a table that is an object": (
        dict(enumerate(ROWS)), "operation.table: row 0 is not 4 of 0..3",
    ),
    "a table of numbers": ([0, 1, 2, 3], ""),
    "a table that is a number": (4, ""),
    "no table": ([], "operation: a table of 0 rows"),
    "a table of one element": ([[0]], "operation: a table of 1 rows"),
    "a huge table": ([[0]] * 513, "operation: a table of 513 rows"),
    "a table larger than the network": ((np.add.outer(range(5), range(5)) % 5).tolist(), SHAPES),
}  # fmt: skip
#: The same of what is no last row of a table.
LAST_ROWS = {
    "a table whose last row is short": ROWS[3][:3],
    "a table with an output too many": [3, 0, 1, 4],
    "a pair of the table left out": [3, 0, 1, -1],
    "a table with a truth value": [3, 0, True, 2],
    "a table with a fraction": [3, 0, 1.0, 2],
    "a table with a digit": [3, 0, "1", 2],
    "a table with a word": "3012",
    "a table of objects": {"0": 3, "1": 0, "2": 1, "3": 2},
}
#: What is written nowhere in a statement, and the name of the place.
STRANGE = [
    ("file", "file", ["../w.npz", "/tmp/w.npz", "C:\\w.npz", "w.pt"]),
    ("network.bias.0", "network", ["bias0"]),
    ("network.activation", "network.activation", ["power:17", "gelu"]),
    ("network.scale", "network.scale", ["1/0"]),
    ("claim.loss.1", "claim", ["inf", "1e+99999"]),
    ("claim.loss.0", "claim", [0]),
]
SHORT = "operation.table: row 3 is not 4 of 0..3"
TABLES |= {name: ([*ROWS[:3], row], SHORT) for name, row in LAST_ROWS.items()}
MALFORMED |= {name: ("operation", {"table": x}, said) for name, (x, said) in TABLES.items()}
MALFORMED |= {
    f"{place} {x!r}": (place, x, f"{name}: {x!r} is not what is written here")
    for place, name, some in STRANGE
    for x in some
}
CHEATS = {name: (place, x, 1, f"refuted: {said}") for name, (place, x, said) in FALSE.items()}
CHEATS |= {
    name: (place, x, 2, f"malformed: {said}") for name, (place, x, said) in MALFORMED.items()
}


def test_the_example_is_accepted_as_it_stands():
    assert WRONG
    assert (0, 3) not in WRONG
    assert NETWORK.bias is not None
    assert asked(GOOD, DATA)[0] == 0


@pytest.mark.parametrize("name", CHEATS)
def test_a_cheat_is_seen(name):
    place, x, code, said = CHEATS[name]
    found, message = asked(altered(GOOD, place, x), DATA)
    assert found == code
    assert message.startswith(said), message


def test_a_key_twice_in_the_statement():
    text = json.dumps(GOOD).replace('"version": 1', '"version": 1, "version": 1')
    code, message = asked(text.encode(), DATA)
    assert code == 2
    assert message.startswith("malformed: a key occurs twice in {'format': 'cogo-verified', ")


def headed(place: str, x: Any) -> bytes:
    """The weights with another value at a place of the header."""
    return safetensors(ARRAYS, lambda entries: altered(entries, place, x))


def with_number(x):
    last = ARRAYS["last0"].copy()
    last.flat[0] = x
    return safetensors(ARRAYS | {"last0": last})


def archive(*members):
    stream = io.BytesIO()
    with (
        warnings.catch_warnings(action="ignore"),  # of a name that is there twice
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as file,
    ):
        for name, data in members:
            file.writestr(name, data)
    return stream.getvalue()


def npy(x):
    stream = io.BytesIO()
    np.save(stream, x)
    return stream.getvalue()


def described(kind="<f8", shape="(5, 4)", more=""):
    """An array as NumPy writes it, but for its description."""
    header = f"{{'descr': '{kind}', 'fortran_order': False, 'shape': {shape}, {more}}}"
    text = header.encode().ljust(117) + b"\n"
    return b"\x93NUMPY\1\0" + len(text).to_bytes(2, "little") + text + bytes(160)


MEMBERS = [(f"{key}.npy", npy(x)) for key, x in ARRAYS.items()]
OTHERS = [(name, data) for name, data in MEMBERS if name != "last0.npy"]
LAST = npy(ARRAYS["last0"])


def with_last(data: bytes) -> bytes:
    """The archive with these bytes for one array."""
    return archive(*OTHERS, ("last0.npy", data))


OVERLAP = "overlaps another tensor, or there is a gap before it"
END = "malformed: weights: its tensors do not end where it does"
NO_ARRAY = "malformed: 'last0' is no array of floats as NumPy writes it"
NO_PART = "malformed: 'last0[0:5, 0:4]' is no part of"
BYTES = "malformed: 'last0': not the bytes of shape"
HEADER = json.loads(DATA[8:].partition(b"}}")[0] + b"}}")
START = HEADER["last0"]["data_offsets"][0]
#: A file of weights, and what is said of it.
FILES: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "malformed: weights: a header of 8 bytes"),
    "cut": (DATA[:-1], END),
    "longer": (DATA + b"\0", END),
    "tensors overlap": (headed("again", HEADER["last0"]), f"malformed: 'again' {OVERLAP}"),
    "a gap": (headed("last0.data_offsets.0", START + 8), f"malformed: 'last0' {OVERLAP}"),
    "beyond the end": (
        headed("last0.data_offsets.1", 10**11), f"malformed: 'bias0' {OVERLAP}",
    ),
    "a huge header": (
        (1 << 62).to_bytes(8, "little") + DATA[8:],
        "malformed: weights: a header of 4611686018427387912 bytes",
    ),
    "a header that is a list": (safetensors(ARRAYS, lambda x: [1]), "malformed: [1] is no object"),
    "a deep header": (
        safetensors(ARRAYS, lambda x: [[[[[[[[[1]]]]]]]]]),
        "malformed: [[[[[[[[[1]]]]]]]]] is no object",
    ),
    "a key twice in the header": (
        DATA.replace(b'"first0"', b'"last0" ', 1), "malformed: a key occurs twice in {'last0': ",
    ),
    **{
        f"shape {x!a:.30}": (headed("last0.shape", x), f"{NO_PART} 'F64' of shape {x!a:.40}")
        for x in ([-4, -5], [2**20, 2**20], [2**25, "9" * 99], [1, 4, 5])
    },
    "another shape": (headed("last0.shape", [50, 40]), f"{BYTES} [50, 40]"),
    "whole numbers": (headed("last0.dtype", "I64"), f"{NO_PART} 'I64' of shape [5, 4]"),
    "an unknown key in the header": (
        headed("last0.scale", 2),
        "malformed: 'last0': the keys are not dtype shape data_offsets, but ['dtype', ",
    ),
    "not a number": (with_number(np.nan), "malformed: cannot convert NaN to integer ratio"),
    "infinity": (with_number(-np.inf), "malformed: cannot convert Infinity to integer ratio"),
}  # fmt: skip
ARCHIVES: dict[str, tuple[bytes, str]] = {
    "no archive": (b"hello", "malformed: File is not a zip file"),
    "an archive that is cut": (archive(*MEMBERS)[:-30], "malformed: File is not a zip file"),
    "a member twice": (
        archive(*MEMBERS, MEMBERS[-1]), f"malformed: {[*ARRAYS][-1]!r} is there twice",
    ),
    "a member twice, once without .npy": (
        archive(*MEMBERS, ("last0", LAST)), "malformed: 'last0' is there twice",
    ),
    "an array for NumPy, before the archive": (
        LAST + archive(*MEMBERS), "malformed: weights: an archive begins with PK, to be one for",
    ),
    "a member missing": (archive(*OTHERS), "malformed: no tensor is named 'last0'"),
    "a header that ends earlier for NumPy": (
        with_last(LAST[:8] + bytes([LAST[8] - 8]) + LAST[9:]), NO_ARRAY,
    ),
    "a bomb": (with_last(LAST[:128] + bytes(1 << 26)), f"{BYTES} [5, 4]"),
    "a pickle": (with_last(b"\x80\4N."), NO_ARRAY),
    "objects": (with_last(described(kind="|O")), NO_ARRAY),
    "a header that is a program": (with_last(described(more="'x': exit(), ")), NO_ARRAY),
    "a longer shape": (with_last(described(shape="(50, 40)")), f"{BYTES} [50, 40]"),
}  # fmt: skip


@pytest.mark.parametrize("name", [*FILES, *ARCHIVES])
def test_a_file_that_is_not_what_it_says_is_refused(name):
    data, said = (FILES | ARCHIVES)[name]
    code, message = judged(GOOD | {"file": "w.npz"} if name in ARCHIVES else GOOD, data)
    assert code == 2
    assert message.startswith(said), message


def test_a_name_for_which_numpy_takes_another_member_is_refused():
    made = altered(GOOD, "network.last.0", whole("last0.npy", ARRAYS["last0"])) | {"file": "w.npz"}
    last = ("last0.npy.npy", LAST)
    assert judged(made, archive(*OTHERS, last))[0] == 0
    assert judged(made, archive(*MEMBERS, last)) == (2, "malformed: 'last0.npy' is there twice")


@pytest.mark.parametrize(
    ("nodes", "least", "factors", "said"),
    [
        (800, 5e-324, ["a"], "network: 480000 numbers of 70 digits"),
        (500, 2.0**-600, ["a"], "network: 635584000000 steps"),
        (500, 2.0**-600, ["a", "b"], "factors: 50000 numbers, 11425000000 steps"),
    ],
)
def test_the_work_is_limited_before_it_is_begun(nodes, least, factors, said):
    """Numbers of many binary places apart make long integers."""
    d = 300 if nodes == 800 else 100
    a, b = np.ones((d, nodes)), np.ones((nodes, nodes))
    a[0, 0] = b[0, 0] = least
    a[1, 1] = 1e300 if nodes == 800 else 1
    arrays = {"a": a, "b": b, "c": np.ones((nodes, d))}
    first, second, last = ([whole(x, arrays[x]) for x in names] for names in (factors, "a", "c"))
    network = dict(zip(SIDES, (first, second, last, [], []), strict=True))
    made = altered(GOOD, "network", network | {"scale": "1", "activation": "power:16"})
    made["operation"] = {"group": [d], **{p: list(range(d)) for p in "psr"}}
    code, message = judged(made, arrays)
    assert code == 2
    assert message.startswith(f"malformed: {said}"), message


INSIDE = "if not Fraction(low) <= x <= Fraction(high):"
#: A sentence of the checker, another one, and the cheat that is then not seen for what it is.
RULES = [
    ("0 <= g < d for g in row", "-1 <= g < d for g in row", "a pair of the table left out"),
    ("type(g) is int and 0", "0", "a table with a truth value"),
    ("inside and len(row) == d", "inside", "a table whose last row is short"),
    ('values("table", operation, "operation")[0]', 'operation["table"]', "a table beside a group"),
    ("if sha256(raw).hexdigest() != digest:", "if not digest:", "wrong hash"),
    ("if listed != wrong:", "if {*listed} - {*wrong}:", "wrong pair left out"),
    ("if listed != wrong:", "if {*listed} != {*wrong}:", "wrong pair twice"),
    (INSIDE, "if not Fraction(low) <= x + 1:", "margin raised a little"),
    (INSIDE, "if not Fraction(low) <= x:", "loss lowered a little"),
    ("(margins[-1] <= 0)", "(margins[-1] < -(10**400) * one)", "wrong pair left out"),
    ("sorted(e for e in x if e != -1) == [*range(d)]", "x", "an element is left out"),
    (r'r"[^/\\:\0]{1,200}\.(npz|safetensors)"', '".*"', "file '../w.npz'"),
]


@pytest.mark.parametrize(("old", "new", "cheat"), RULES)
def test_every_rule_is_needed(old, new, cheat):
    place, x, _, said = CHEATS[cheat]
    found = asked(altered(GOOD, place, x), DATA, mutated(SOURCE, old, new))[1]
    assert not found.startswith(said)


def test_files_that_are_not_there_or_are_no_files(tmp_path):
    run = copied(SOURCE, tmp_path)
    (tmp_path / "a.verify.json").write_text(json.dumps(GOOD))
    found = run("a.verify.json", "b.verify.json", ".")
    weights = "a.verify.json: malformed: 'w.safetensors': not a regular file"
    assert found.returncode == 2
    assert found.stdout.splitlines() == [
        weights,
        "b.verify.json: malformed: 'b.verify.json': not a regular file",
        ".: malformed: '.': not a regular file",
    ]
    (tmp_path / "w.safetensors").mkdir()
    assert run("a.verify.json").stdout == f"{weights}\n"


@pytest.mark.parametrize(("kind", "digits"), [("F16", 10), ("BF16", 7)])
def test_all_patterns_of_half_floats_are_read_as_they_are(kind, digits):
    """By the definition of IEEE 754: sign, exponent, digits after the point."""
    infinite = (1 << 15 - digits) - 1
    bits = [n for n in range(1 << 16) if n >> digits & infinite != infinite]
    tensor = [1, len(bits)], kind, struct.pack(f"<{len(bits)}H", *bits), "<", False
    part = checker.text(checker.PART, f"x[0:1, 0:{len(bits)}]", "x")
    (row,) = checker.matrix(part, {"x": tensor})
    for n, x in zip(bits, row, strict=True):
        power, tail = n >> digits & infinite, n % (1 << digits)
        size = tail + (1 << digits) * (power > 0)
        exponent = max(power, 1) - infinite // 2 - digits
        assert x == (-1) ** (n >> 15) * size * Fraction(2) ** exponent


def test_a_file_may_be_as_long_as_is_allowed_and_no_longer(tmp_path):
    path = tmp_path / "w.npz"
    path.write_bytes(b"abc")
    assert checker.regular(str(path), 3) == b"abc"
    with pytest.raises(ValueError, match=r"^'w\.npz': more than 2 bytes$"):
        checker.regular(str(path), 2)
