"""The stand-alone checker of networks: what it accepts, and every way to cheat it that we know."""

from __future__ import annotations

import copy
import hashlib
import io
import json
import struct
import warnings
import zipfile
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from numeric.verification.verify import decimal
from numeric.weights.plain_network import TwoLayer
from tests.numeric.verification.oracle import ACTIVATIONS, outputs, random_network, truth
from tests.proofs.stand_alone import ROOT, copied, load, mutated

SOURCE = ROOT / "proofs" / "certificates" / "network_checker.py"
checker = load(SOURCE)
D = 4
TABLE = np.add.outer(np.arange(D), np.arange(D)) % D
LETTERS = {"float16": "F16", "float32": "F32", "float64": "F64"}


def safetensors(arrays: dict[str, Any], header: Callable[[dict[str, Any]], Any] = dict) -> bytes:
    """The format as it is documented, written here."""
    entries, data = {}, b""
    for key, x in arrays.items():
        raw = np.ascontiguousarray(x).tobytes()
        kind = LETTERS.get(str(x.dtype), "BF16")
        entries[key] = {
            "dtype": kind,
            "shape": list(x.shape),
            "data_offsets": [len(data), len(data) + len(raw)],
        }
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


def statement(
    network: Any, name: str, *, scale: Fraction | None = None, table: Any = TABLE
) -> tuple[Any, Any]:
    """What is true of a network by the oracle, and its arrays by name."""
    arrays: dict[str, Any] = {}
    parts: dict[str, list[str]] = {}
    for side in ("first", "second", "last"):
        parts[side] = []
        for i, x in enumerate(getattr(network, side)):
            arrays[f"{side}{i}"] = x
            parts[side].append(whole(f"{side}{i}", x))
    for side in ("bias", "output_bias"):
        x = getattr(network, side)
        parts[side] = [] if x is None else [whole(side, x)]
        arrays |= {} if x is None else {side: x}
    scale = Fraction(network.scale) if scale is None else scale
    wrong, _, *values = truth(network, table, scale=scale)
    bounds = [[decimal(v, up=up, digits=12) for up in (False, True)] for v in values]
    made = {
        "format": "cogo-verified",
        "version": 1,
        "file": name,
        "sha256": "",
        "network": {**parts, "scale": str(scale), "activation": network.activation},
        "operation": {"group": [D], "p": [0, 1, 2, 3], "s": [0, 1, 2, 3], "r": [0, 1, 2, 3]},
        "claim": {
            "wrong": list(map(list, wrong)),
            **dict(zip(["margin", "loss", "onehot"], bounds, strict=True)),
        },
    }
    return made, arrays


def judged(made: Any, data: bytes) -> tuple[int, str]:
    """The checker's answer for a statement, with the right hash unless it has one."""
    made = {**made, "sha256": made["sha256"] or hashlib.sha256(data).hexdigest()}
    return asked(checker, json.dumps(made).encode(), data)


def asked(module: Any, text: bytes, data: bytes) -> tuple[int, str]:
    """What a checker says of a statement and the weights that it names."""
    return module.check("x.verify.json", lambda path, most: text if most == 2**22 else data)


@pytest.mark.parametrize("kind", LETTERS)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_what_the_oracle_says_is_accepted(activation, kind):
    rng = np.random.default_rng(len(activation) * 7 + len(kind))
    for _ in range(4):
        network = random_network(rng, activation=activation, kind=kind)
        for name, write in (("w.npz", npz), ("w.safetensors", safetensors)):
            made, arrays = statement(network, name)
            code, message = judged(made, write(arrays))
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
        made, arrays = statement(network, "w.npz", table=table)
        made["operation"] = {"table": table.tolist()}
        code, message = judged(made, npz(arrays))
        assert code == 0, message
        right = d * d - len(made["claim"]["wrong"])
        said = f"accepted: {right} of {d * d} pairs of its {d} x {d} table are right"
        assert message.startswith(said)
        made["operation"] = {"table": ((table + 1) % d).tolist()}
        assert judged(made, npz(arrays))[0] == 1


def test_the_table_of_a_group_is_judged_as_the_group():
    found = judged(over(ROWS), DATA)
    assert found == (
        0,
        judged(GOOD, DATA)[1].replace("x + y over Z4", "its 4 x 4 table"),
    )


@pytest.mark.parametrize("size", [1e-300, 1e-100, 1e100])
def test_all_magnitudes_are_exact(size):
    network = random_network(np.random.default_rng(3), q=2, size=size)
    made, arrays = statement(network, "w.npz")
    assert judged(made, npz(arrays))[0] == 0


def test_arrays_in_other_orders_of_bytes_and_of_entries_and_parts_of_arrays():
    network = random_network(np.random.default_rng(1))
    made, arrays = statement(network, "w.npz")
    other = {k: np.asfortranarray(x.astype(x.dtype.newbyteorder(">"))) for k, x in arrays.items()}
    assert judged(made, npz(other))[0] == 0
    parts = made["network"]
    wide = np.concatenate(
        [np.ones((9, 2)), np.pad(arrays["last0"].T, ((0, 9 - D), (0, 0)))], axis=1
    )
    parts["last"][0] = f"wide[0:{D}, 2:{wide.shape[1]}].T"
    code, message = judged(made, npz({**arrays, "wide": wide}))
    assert code == 0
    assert f'"last": ["wide[0:4, 2:{wide.shape[1]}].T"]' in message


def test_bfloat16_is_the_upper_half_of_float32():
    network = random_network(np.random.default_rng(4), kind="float32")
    made, arrays = statement(network, "w.safetensors")
    bits = {k: np.ascontiguousarray(x).view(np.uint32) >> 16 << 16 for k, x in arrays.items()}
    rounded = {k: x.view(np.float32) for k, x in bits.items()}
    for side in ("first", "second", "last"):
        object.__setattr__(
            network, side, tuple(rounded[f"{side}{i}"] for i in range(len(getattr(network, side))))
        )
    for side in ("bias", "output_bias"):
        object.__setattr__(network, side, rounded.get(side))
    made, _ = statement(network, "w.safetensors")
    halves = {k: (x >> 16).astype(np.uint16) for k, x in bits.items()}
    assert judged(made, safetensors(halves))[0] == 0


def test_renamed_inputs_and_outputs_and_inputs_that_stand_for_nothing():
    network = random_network(np.random.default_rng(2), d=5)
    p, s, r = [2, -1, 0, 1, 3], [0, 1, 2, 3, -1], [-1, 3, 2, 1, 0]
    table = np.array([[r.index((p[x] + s[y]) % D) for y in range(4)] for x in (0, 2, 3, 4)])
    rows = [0, 2, 3, 4]
    small = type(network)(
        (network.first[0][rows], *network.first[1:]),
        (network.second[0][:4], *network.second[1:]),
        network.last,
        network.bias,
        network.output_bias,
        network.scale,
    )
    made, arrays = statement(network, "w.npz")
    wrong, _, *values = truth(small, table)
    bounds = [[decimal(v, up=up) for up in (False, True)] for v in values]
    made["operation"] = {"group": [2, 2], "p": p, "s": s, "r": r}
    assert judged(made, npz(arrays))[0] == 1  # the cyclic claim, over another group
    made["operation"]["group"] = [4]
    made["claim"] = {
        "wrong": [[rows[x], y] for x, y in wrong],
        **dict(zip(["margin", "loss", "onehot"], bounds, strict=True)),
    }
    code, message = judged(made, npz(arrays))
    assert code == 0, message
    assert "pairs of r^-1(p(x) + s(y)) over Z4" in message


def test_bounds_may_be_the_value_itself():
    a, b, c = np.random.default_rng(3).integers(-3, 4, (3, D, D)).astype(float)
    network = TwoLayer((a,), (b,), (c,))
    made, arrays = statement(network, "w.npz")
    for key, value in zip(("margin", "loss", "onehot"), truth(network, TABLE)[2:], strict=True):
        made["claim"][key] = [str(float(value))] * 2
        assert Fraction(made["claim"][key][0]) == value  # sixteenths
    assert judged(made, npz(arrays))[0] == 0


def test_a_sum_on_some_of_the_inputs_is_called_a_sum():
    network = random_network(np.random.default_rng(2))
    made, arrays = statement(network, "w.npz")
    wider = {"first0": arrays["first0"], "second0": arrays["second0"]}
    wider = {key: np.vstack([x, 9 * np.ones((1, x.shape[1]))]) for key, x in wider.items()}
    for side in ("first", "second"):
        made["network"][side][0] = whole(f"{side}0", wider[f"{side}0"])
    made["operation"] |= {"p": [0, 1, 2, 3, -1], "s": [0, 1, 2, 3, -1]}
    code, message = judged(made, npz({**arrays, **wider}))
    assert code == 0
    assert " of 16 pairs of x + y over Z4 are right" in message


NETWORK = random_network(np.random.default_rng(9))
GOOD, ARRAYS = statement(NETWORK, "w.safetensors")
DATA = safetensors(ARRAYS)
WRONG, _, MARGIN, LOSS, ONEHOT = truth(NETWORK, TABLE)


def changed(*path: Any, to: Any) -> Any:
    made = copy.deepcopy(GOOD)
    at = made
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = to
    return made


def over(table: Any) -> Any:
    """The statement with a table in place of the group."""
    return changed("operation", to={"table": table})


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


WIDE = ["-1e99", "1e99"]
ZERO = "0" * 64
ROWS = TABLE.tolist()
#: A statement that is false, or none, and what is said of it.
CHEATS: dict[str, tuple[Any, int, str]] = {
    "wrong hash": (
        changed("sha256", to=ZERO), 1,
        f"refuted: sha256: that of the weights is {hashlib.sha256(DATA).hexdigest()}",
    ),
    "wrong pair left out": (
        changed("claim", "wrong", to=GOOD["claim"]["wrong"][1:]), 1,
        f"refuted: wrong: {WRONG[0]} is not listed",
    ),
    "right pair listed": (
        changed("claim", "wrong", to=[*GOOD["claim"]["wrong"], [0, 3]]), 1,
        "refuted: wrong: (0, 3) is listed",
    ),
    "wrong pair twice": (
        changed("claim", "wrong", to=[*GOOD["claim"]["wrong"], GOOD["claim"]["wrong"][0]]), 1,
        "refuted: wrong: a pair that is there twice is listed",
    ),
    "pair that does not exist": (
        changed("claim", "wrong", to=[*GOOD["claim"]["wrong"], [0, 400]]), 1,
        "refuted: wrong: (0, 400) is listed",
    ),
    "margin raised a little": (
        changed("claim", "margin", to=[above(MARGIN), "1e99"]), 1,
        "refuted: margin: it is below the bounds",
    ),
    "margin lowered a little": (
        changed("claim", "margin", to=["-1e99", below(MARGIN)]), 1,
        "refuted: margin: it is above the bounds",
    ),
    "loss shifted down": (
        changed("claim", "loss", to=["0", below(LOSS)]), 1,
        "refuted: loss: it is above the bounds",
    ),
    "loss shifted up": (
        changed("claim", "loss", to=[above(LOSS), "1e99"]), 1,
        "refuted: loss: it is below the bounds",
    ),
    "one-hot loss shifted": (
        changed("claim", "onehot", to=["0", below(ONEHOT)]), 1,
        "refuted: onehot: it is above the bounds",
    ),
    "bounds the wrong way round": (
        changed("claim", "loss", to=["1e99", "0"]), 1, "refuted: loss: it is below the bounds",
    ),
    "another scale": (
        changed("network", "scale", to=str(-2 * Fraction(NETWORK.scale))), 1, "refuted: wrong: ",
    ),
    "another activation": (
        changed("network", "activation", to="abs"), 1, "refuted: ",
    ),
    "another group": (changed("operation", "group", to=[2, 2]), 1, "refuted: "),
    "two inputs stand for one element": (
        changed("operation", "p", to=[0, 1, 1, 3]), 2,
        "malformed: operation: not each of the 4 elements once in p, s and r",
    ),
    "an element is left out": (
        changed("operation", "r", to=[0, 1, 2, -1]), 2,
        "malformed: operation: not each of the 4 elements once in p, s and r",
    ),
    "an element too many": (
        changed("operation", "s", to=[0, 1, 2, 4]), 2,
        "malformed: operation: not each of the 4 elements once in p, s and r",
    ),
    "a number of inputs that is not the network's": (
        changed("operation", "p", to=[0, 1, 2, 3, -1]), 2, "malformed: network: the shapes are ",
    ),
    "a huge group": (
        changed("operation", "group", to=[512, 512]), 2,
        "malformed: operation: a group of order 262144",
    ),
    "the group of one element": (
        changed("operation", "group", to=[1]), 2,
        "malformed: operation: a group of order 1",
    ),
    "a table that is short of a row": (
        over(ROWS[:3]), 2, "malformed: operation.table: row 0 is not 3 of 0..2",
    ),
    "a table whose last row is short": (
        over([*ROWS[:3], ROWS[3][:3]]), 2, "malformed: operation.table: row 3 is not 4 of 0..3",
    ),
    "a table with an output too many": (
        over([*ROWS[:3], [3, 0, 1, 4]]), 2, "malformed: operation.table: row 3 is not 4 of 0..3",
    ),
    "a pair of the table left out": (
        over([*ROWS[:3], [3, 0, 1, -1]]), 2, "malformed: operation.table: row 3 is not 4 of 0..3",
    ),
    "a table with a truth value": (
        over([*ROWS[:3], [3, 0, True, 2]]), 2, "malformed: operation.table: row 3 is not 4 of 0..3",
    ),
    "a table with a fraction": (
        over([*ROWS[:3], [3, 0, 1.0, 2]]), 2, "malformed: operation.table: row 3 is not 4 of 0..3",
    ),
    "a table with a word": (
        over([*ROWS[:3], "3012"]), 2, "malformed: operation.table: row 3 is not 4 of 0..3",
    ),
    "a table of objects": (
        over([*ROWS[:3], {"0": 3, "1": 0, "2": 1, "3": 2}]), 2,
        "malformed: operation.table: row 3 is not 4 of 0..3",
    ),
    "a table that is an object": (
        over({str(x): row for x, row in enumerate(ROWS)}), 2,
        "malformed: operation.table: row 0 is not 4 of 0..3",
    ),
    "a table of numbers": (over([0, 1, 2, 3]), 2, "malformed: "),
    "a table that is a number": (over(4), 2, "malformed: "),
    "no table": (over([]), 2, "malformed: operation: a table of 0 rows"),
    "a table of one element": (over([[0]]), 2, "malformed: operation: a table of 1 rows"),
    "a huge table": (over([[0]] * 513), 2, "malformed: operation: a table of 513 rows"),
    "a table larger than the network": (
        over((np.add.outer(range(5), range(5)) % 5).tolist()), 2,
        "malformed: network: the shapes are ",
    ),
    "a table beside a group": (
        changed("operation", to={**GOOD["operation"], "table": ROWS}), 2,
        "malformed: operation: the keys are not table, but ['group', ",
    ),
    "another table": (over(ROWS[::-1]), 1, "refuted: wrong: "),
    "a table that calls a wrong answer right": (
        over(forgiven(WRONG[0])), 1, f"refuted: wrong: {WRONG[0]} is listed",
    ),
    "unknown key": (changed("extra", to=1), 2, "malformed: top level: the keys are not format "),
    "unknown key of the network": (
        changed("network", "extra", to=1), 2, "malformed: network: the keys are not first second ",
    ),
    "unknown key of the claim": (
        changed("claim", "accuracy", to="1"), 2,
        "malformed: claim: the keys are not wrong margin loss onehot, but ['wrong', ",
    ),
    "a path above": (
        changed("file", to="../w.npz"), 2,
        "malformed: file: '../w.npz' is not what is written here",
    ),
    "an absolute path": (
        changed("file", to="/tmp/w.npz"), 2,
        "malformed: file: '/tmp/w.npz' is not what is written here",
    ),
    "a path of Windows": (
        changed("file", to="C:\\w.npz"), 2,
        "malformed: file: 'C:\\\\w.npz' is not what is written here",
    ),
    "a pickle": (
        changed("file", to="w.pt"), 2, "malformed: file: 'w.pt' is not what is written here",
    ),
    "a tensor that is not there": (
        changed("network", "last", to=["other[0:5, 0:4]"]), 2,
        "malformed: no tensor is named 'other'",
    ),
    "a part that is not there": (
        changed("network", "bias", to=["bias[0:1, 0:6]"]), 2,
        "malformed: 'bias[0:1, 0:6]' is no part of 'F64' of shape [5]",
    ),
    "an empty part": (
        changed("network", "bias", to=["bias[0:1, 2:2]"]), 2,
        "malformed: 'bias[0:1, 2:2]' is no part of 'F64' of shape [5]",
    ),
    "a part that is no part": (
        changed("network", "bias", to=["bias"]), 2,
        "malformed: network: 'bias' is not what is written here",
    ),
    "a bias that is a column": (
        changed("network", "bias", to=["bias[0:1, 0:5].T"]), 2,
        "malformed: network: the shapes are ",
    ),
    "factors that do not fit": (
        changed("network", "last", to=[GOOD["network"]["last"][0]] * 2), 2,
        "malformed: factors of 4 columns, 5 rows",
    ),
    "too many factors": (
        changed("network", "last", to=GOOD["network"]["last"] * 5), 2,
        "malformed: network: more than 4 parts",
    ),
    "no factor": (
        changed("network", "first", to=[]), 2, "malformed: network: no factors [[], ",
    ),
    "a power too high": (
        changed("network", "activation", to="power:17"), 2,
        "malformed: network.activation: 'power:17' is not what is written here",
    ),
    "an activation that is none": (
        changed("network", "activation", to="gelu"), 2,
        "malformed: network.activation: 'gelu' is not what is written here",
    ),
    "a scale of nothing": (
        changed("network", "scale", to="1/0"), 2,
        "malformed: network.scale: '1/0' is not what is written here",
    ),
    "a bound without end": (
        changed("claim", "loss", to=["0", "inf"]), 2,
        "malformed: claim: 'inf' is not what is written here",
    ),
    "a bound with a huge exponent": (
        changed("claim", "loss", to=["0", "1e+99999"]), 2,
        "malformed: claim: '1e+99999' is not what is written here",
    ),
    "a bound that is a number": (
        changed("claim", "loss", to=[0, 1]), 2, "malformed: claim: 0 is not what is written here",
    ),
    "another format": (
        changed("format", to="cogo-certificate"), 2,
        "malformed: format: 'cogo-certificate', version 1",
    ),
    "another version": (
        changed("version", to=2), 2, "malformed: format: 'cogo-verified', version 2",
    ),
    "a true version": (
        changed("version", to=True), 2, "malformed: format: 'cogo-verified', version True",
    ),
    "more wrong pairs than pairs": (
        changed("claim", "wrong", to=[[0, 0]] * 17), 1, "refuted: wrong: ",
    ),
}  # fmt: skip


def test_the_example_is_accepted_as_it_stands():
    assert WRONG
    assert (0, 3) not in WRONG
    assert NETWORK.bias is not None
    assert judged(GOOD, DATA)[0] == 0


@pytest.mark.parametrize("name", CHEATS)
def test_a_cheat_is_seen(name):
    made, code, message = CHEATS[name]
    found = judged(made, DATA)
    assert found[0] == code
    assert found[1].startswith(message), found[1]


@pytest.mark.parametrize("key", ["file", "network", "operation", "claim", "sha256"])
def test_a_key_that_is_missing_is_named(key):
    made = {k: v for k, v in GOOD.items() if k != key}
    data = json.dumps({"sha256": ZERO, **made} if key != "sha256" else made).encode()
    code, message = asked(checker, data, DATA)
    assert code == 2
    assert message.startswith("malformed: top level: the keys are not format version file sha256")


def test_a_key_twice_in_the_statement():
    text = json.dumps({**GOOD, "sha256": ZERO}).replace(
        '"version": 1', '"version": 1, "version": 1'
    )
    code, message = asked(checker, text.encode(), DATA)
    assert code == 2
    assert message.startswith("malformed: a key occurs twice in {'format': 'cogo-verified', ")


def twice(entries):
    """Two names for the same bytes."""
    return {**entries, "again": entries["last0"]}


def gap(entries):
    entries["last0"]["data_offsets"] = [x + 8 for x in entries["last0"]["data_offsets"]]
    return entries


def far(entries):
    entries["last0"]["data_offsets"][1] = 10**11
    return entries


def other(key, value):
    def change(entries):
        entries["last0"][key] = value
        return entries

    return change


def with_number(x):
    arrays = {k: v.copy() for k, v in ARRAYS.items()}
    arrays["last0"].flat[0] = x
    return arrays


def archive(*members):
    stream = io.BytesIO()
    with (
        warnings.catch_warnings(action="ignore"),  # of a name that is there twice
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as file,
    ):
        for name, data in members:
            file.writestr(name, data)
    return stream.getvalue()


def npy(x, **changes):
    stream = io.BytesIO()
    np.save(stream, x)
    data = stream.getvalue()
    for old, new in changes.items():
        assert old.encode() in data
        data = data.replace(old.encode(), new.encode())
    return data


def npy_with(header):
    text = header.encode().ljust(117) + b"\n"
    return b"\x93NUMPY\1\0" + len(text).to_bytes(2, "little") + text + bytes(160)


MEMBERS = [(f"{key}.npy", npy(x)) for key, x in ARRAYS.items()]
OTHERS = [(k, v) for k, v in MEMBERS if k != "last0.npy"]
LAST = dict(MEMBERS)["last0.npy"]
OVERLAP = "overlaps another tensor, or there is a gap before it"
END = "malformed: weights: its tensors do not end where it does"
NO_ARRAY = "malformed: 'last0' is no array of floats as NumPy writes it"
NO_PART = "malformed: 'last0[0:5, 0:4]' is no part of"
#: A file of weights, and what is said of it.
FILES: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "malformed: weights: a header of 8 bytes"),
    "cut": (DATA[:-1], END),
    "longer": (DATA + b"\0", END),
    "tensors overlap": (safetensors(ARRAYS, twice), f"malformed: 'again' {OVERLAP}"),
    "a gap": (safetensors(ARRAYS, gap), f"malformed: 'last0' {OVERLAP}"),
    "beyond the end": (safetensors(ARRAYS, far), f"malformed: 'bias' {OVERLAP}"),
    "a huge header": (
        (1 << 62).to_bytes(8, "little") + DATA[8:],
        "malformed: weights: a header of 4611686018427387912 bytes",
    ),
    "a header that is a list": (
        safetensors(ARRAYS, lambda x: [1]), "malformed: [1] is no object",
    ),
    "a key twice in the header": (
        DATA.replace(b'"first0"', b'"last0" ', 1) if b'"first0"' in DATA else b"",
        "malformed: a key occurs twice in {'last0': ",
    ),
    "a deep header": (
        safetensors(ARRAYS, lambda x: [[[[[[[[[1]]]]]]]]]),
        "malformed: [[[[[[[[[1]]]]]]]]] is no object",
    ),
    "a negative shape": (
        safetensors(ARRAYS, other("shape", [-4, -5])),
        f"{NO_PART} 'F64' of shape [-4, -5]",
    ),
    "another shape": (
        safetensors(ARRAYS, other("shape", [50, 40])),
        "malformed: 'last0': not the bytes of shape [50, 40]",
    ),
    "a huge shape": (
        safetensors(ARRAYS, other("shape", [2**20, 2**20])),
        f"{NO_PART} 'F64' of shape [1048576, 1048576]",
    ),
    "a shape of words": (
        safetensors(ARRAYS, other("shape", [2**25, "9" * 99])),
        f"{NO_PART} 'F64' of shape [33554432, '9999",
    ),
    "three axes": (
        safetensors(ARRAYS, other("shape", [1, 4, 5])),
        f"{NO_PART} 'F64' of shape [1, 4, 5]",
    ),
    "whole numbers": (
        safetensors(ARRAYS, other("dtype", "I64")),
        f"{NO_PART} 'I64' of shape [5, 4]",
    ),
    "an unknown key in the header": (
        safetensors(ARRAYS, other("scale", 2)),
        "malformed: 'last0': the keys are not dtype shape data_offsets, but ['dtype', ",
    ),
    "not a number": (
        safetensors(with_number(np.nan)), "malformed: cannot convert NaN to integer ratio",
    ),
    "infinity": (
        safetensors(with_number(-np.inf)), "malformed: cannot convert Infinity to integer ratio",
    ),
}  # fmt: skip
ARCHIVES: dict[str, tuple[bytes, str]] = {
    "no archive": (b"hello", "malformed: File is not a zip file"),
    "cut": (archive(*MEMBERS)[:-30], "malformed: File is not a zip file"),
    "a member twice": (
        archive(*MEMBERS, MEMBERS[-1]),
        f"malformed: {list(ARRAYS)[-1]!r} is there twice",
    ),
    "a member twice, once without .npy": (
        archive(*MEMBERS, ("last0", LAST)), "malformed: 'last0' is there twice",
    ),
    "an array for NumPy, before the archive": (
        LAST + archive(*MEMBERS), "malformed: weights: an archive begins with PK, to be one for",
    ),
    "a header that ends earlier for NumPy": (
        archive(*OTHERS, ("last0.npy", LAST[:8] + bytes([LAST[8] - 8]) + LAST[9:])), NO_ARRAY,
    ),
    "a member missing": (archive(*OTHERS), "malformed: no tensor is named 'last0'"),
    "a bomb": (
        archive(*OTHERS, ("last0.npy", LAST[:128] + bytes(1 << 26))),
        "malformed: 'last0': not the bytes of shape [5, 4]",
    ),
    "a pickle": (archive(*OTHERS, ("last0.npy", b"\x80\4N.")), NO_ARRAY),
    "objects": (
        archive(*OTHERS, ("last0.npy", npy_with(
            "{'descr': '|O', 'fortran_order': False, 'shape': (5, 4), }"))), NO_ARRAY,
    ),
    "a header that is a program": (
        archive(*OTHERS, ("last0.npy", npy_with(
            "{'descr': '<f8', 'fortran_order': False, 'shape': (5, 4), 'x': exit(), }"))), NO_ARRAY,
    ),
    "another size": (
        archive(*OTHERS, ("last0.npy", npy_with(
            "{'descr': '<f8', 'fortran_order': False, 'shape': (50, 40), }"))),
        "malformed: 'last0': not the bytes of shape [50, 40]",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", [*FILES, *(f"npz: {name}" for name in ARCHIVES)])
def test_a_file_that_is_not_what_it_says_is_refused(name):
    data, message = ARCHIVES[name[5:]] if name.startswith("npz: ") else FILES[name]
    made = changed("file", to="w.npz") if name.startswith("npz: ") else GOOD
    code, found = judged(made, data)
    assert code == 2
    assert found.startswith(message), found


def test_a_name_for_which_numpy_takes_another_member_is_refused():
    made = changed("network", "last", 0, to=whole("last0.npy", ARRAYS["last0"]))
    made["file"], last = "w.npz", ("last0.npy.npy", LAST)
    assert judged(made, archive(*OTHERS, last))[0] == 0
    assert judged(made, archive(*MEMBERS, last)) == (2, "malformed: 'last0.npy' is there twice")


@pytest.mark.parametrize(
    ("nodes", "least", "factors", "message"),
    [
        (800, 5e-324, ["a"], "network: 480000 numbers of 70 digits"),
        (500, 2.0**-600, ["a"], "network: 635584000000 steps"),
        (500, 2.0**-600, ["a", "b"], "factors: 50000 numbers, 11425000000 steps"),
    ],
)
def test_the_work_is_limited_before_it_is_begun(nodes, least, factors, message):
    """Numbers of many binary places apart make long integers."""
    d = 300 if nodes == 800 else 100
    a, b = np.ones((d, nodes)), np.ones((nodes, nodes))
    a[0, 0] = b[0, 0] = least
    a[1, 1] = 1e300 if nodes == 800 else 1
    arrays = {"a": a, "b": b, "c": np.ones((nodes, d))}
    made = copy.deepcopy(GOOD)
    made["network"] |= {
        "first": [whole(name, arrays[name]) for name in factors],
        "second": [whole("a", a)],
        "last": [whole("c", arrays["c"])],
        "bias": [],
        "output_bias": [],
        "activation": "power:16",
    }
    every = list(range(d))
    made["operation"] = {"group": [d], "p": every, "s": every, "r": every}
    code, found = judged(made, safetensors(arrays))
    assert code == 2
    assert found.startswith(f"malformed: {message}"), found


def test_a_product_of_small_matrices_is_not_large():
    arrays = {"a": np.ones((512, 1)), "b": np.ones((1, 2000))}
    made = copy.deepcopy(GOOD)
    made["network"] |= {"first": [whole(name, x) for name, x in arrays.items()]}
    code, found = judged(made, safetensors(ARRAYS | arrays))
    assert (code, found) == (2, "malformed: factors: 1024000 numbers, 17408000 steps")


RULES = [
    ("0 <= g < d for g in row", "-1 <= g < d for g in row", "a pair of the table left out"),
    ("type(g) is int and 0", "0", "a table with a truth value"),
    ("inside and len(row) == d", "inside", "a table whose last row is short"),
    ("values(\"table\", operation, \"operation\")[0]", "operation[\"table\"]",
     "a table beside a group"),
    ("if sha256(raw).hexdigest() != digest:", "if not digest:", "wrong hash"),
    ("if listed != wrong:", "if {*listed} - {*wrong}:", "wrong pair left out"),
    ("if listed != wrong:", "if {*listed} != {*wrong}:", "wrong pair twice"),
    ("if not Fraction(low) <= x <= Fraction(high):", "if not Fraction(low) <= x + 1:",
     "margin raised a little"),
    ("if not Fraction(low) <= x <= Fraction(high):", "if not Fraction(low) <= x:",
     "loss shifted down"),
    ("(margins[-1] <= 0)", "(margins[-1] < -(10**400) * one)", "wrong pair left out"),
    ("sorted(e for e in x if e != -1) == [*range(d)]", "x", "an element is left out"),
    (r'r"[^/\\:\0]{1,200}\.(npz|safetensors)"', '".*"', "a path above"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "cheat"), RULES)
def test_every_rule_is_needed(old, new, cheat):
    """Without the rule, the cheat is not seen for what it is."""
    made, _, message = CHEATS[cheat]
    made = {**made, "sha256": made["sha256"] or hashlib.sha256(DATA).hexdigest()}
    mutant = mutated(SOURCE, old, new)
    try:
        found = asked(mutant, json.dumps(made).encode(), DATA)[1]
    except (ValueError, KeyError) as error:
        found = str(error)
    assert not found.startswith(message)


def test_files_that_are_not_there_or_are_no_files(tmp_path):
    run = copied(SOURCE, tmp_path)
    (tmp_path / "a.verify.json").write_text(json.dumps({**GOOD, "sha256": ZERO}))
    found = run("a.verify.json", "b.verify.json", ".")
    assert found.returncode == 2
    assert found.stdout.splitlines() == [
        "a.verify.json: malformed: 'w.safetensors': not a regular file",
        "b.verify.json: malformed: 'b.verify.json': not a regular file",
        ".: malformed: '.': not a regular file",
    ]
    (tmp_path / "w.safetensors").mkdir()
    said = "a.verify.json: malformed: 'w.safetensors': not a regular file\n"
    assert run("a.verify.json").stdout == said
    assert run().returncode == 2


@pytest.mark.parametrize(("kind", "letter", "digits"), [("F16", "<e", 10), ("BF16", None, 7)])
def test_all_patterns_of_half_floats_are_read_as_they_are(kind, letter, digits):
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
    with pytest.raises(ValueError, match="not a regular file"):
        checker.regular(str(tmp_path), 3)
