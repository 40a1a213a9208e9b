"""Weight files: every format bit for bit, nothing half written, bad files refused."""

from __future__ import annotations

import io
import json
import os
import pickle
import resource
import struct
import sys
import tracemalloc
import warnings
import zipfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, strategies as st
from hypothesis.extra.numpy import arrays

import algebra.machine.memory
import numeric.weights.arrays.containers
import numeric.weights.files
from algebra import AbelianGroup, optimizers, unit, zeta
from algebra.machine.memory import MemoryEstimateError
from algebra.machine.read_file import ReadError
from algebra.machine.write_file import (
    WouldOverwriteError,
    WriteError,
    replacing,
    require_writable,
    write_bytes,
)
from numeric import (
    TwoLayer,
    WeightFileError,
    Weights,
    embed,
    plain_network,
    read_weights,
    write_weights,
)
from tests.numeric.plain_network import of_layers

torch = pytest.importorskip("torch")
SUFFIXES = [".npz", ".safetensors", ".pt"]
KEYS = ["layera.weight", "layerb.weight", "layerc.weight"]
every_format = pytest.mark.parametrize("suffix", SUFFIXES)


def some_weights(spec: str = "Z2xZ4", **options: Any) -> Weights:
    z = optimizers.four_plus_six(AbelianGroup(spec), xi=zeta(8), nu=unit(Fraction(1, 3)))
    return embed(z, **options)


def same_bits(x: Any, y: Any) -> bool:
    return bool(x.dtype == y.dtype and x.shape == y.shape and x.tobytes() == y.tobytes())


@every_format
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("gauge", ["rational", "balanced"])
def test_every_format_comes_back_bit_for_bit(
    tmp_path: Path, suffix: str, dtype: Any, gauge: Any
) -> None:
    w = some_weights(dtype=dtype, gauge=gauge)
    network = plain_network(w, family="four-plus-six")
    path, again = tmp_path / f"weights{suffix}", tmp_path / f"again{suffix}"
    write_weights(path, network)
    write_weights(again, network)
    assert path.read_bytes() == again.read_bytes()
    back = read_weights(path)
    for key in KEYS:
        assert same_bits(network.state()[key], back.state()[key])
        assert back.state()[key].flags.c_contiguous
    wanted = {"group": "Z2xZ4", "gauge": gauge, "family": "four-plus-six"}
    assert dict(back.metadata) == ({} if suffix == ".pt" else wanted)
    found = back.weights(AbelianGroup("Z2xZ4"))
    assert same_bits(found.w_a, w.w_a)
    assert same_bits(found.w_b, w.w_b)
    np.testing.assert_allclose(found.w_c, w.w_c, rtol=1e-15 if dtype == np.float64 else 1e-7)
    assert (found.group, found.gauge) == (w.group, None if suffix == ".pt" else gauge)


FINITE: Any = st.floats(allow_nan=False, allow_infinity=False, width=32)


@every_format
@given(data=st.data())
def test_any_finite_weights_come_back_bit_for_bit(
    tmp_path_factory: pytest.TempPathFactory, suffix: str, data: st.DataObject
) -> None:
    d, q = data.draw(st.integers(1, 4)), data.draw(st.integers(0, 4))
    dtype = data.draw(st.sampled_from([np.float32, np.float64]))
    a, b, c = (data.draw(arrays(dtype, s, elements=FINITE)) for s in ((q, d), (q, d), (d, q)))
    text = st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=9)
    network = of_layers(a, np.asfortranarray(b), c, family=data.draw(text))
    path = tmp_path_factory.mktemp("any") / f"weights{suffix}"
    write_weights(path, network)
    back = read_weights(path)
    assert all(same_bits(x, back.state()[key]) for key, x in network.state().items())
    assert suffix == ".pt" or back.metadata == network.metadata


def loss_of_state(state: dict[str, Any], d: int) -> float:
    """The plain network, no 1/2d, on the cyclic group Z/d."""
    a, b, c = (np.asarray(state[key], dtype=np.float64) for key in KEYS)
    x, y = np.divmod(np.arange(d * d), d)
    error = (a[:, x] + b[:, y]).T ** 2 @ c.T - np.eye(d)[(x + y) % d]
    error -= error.mean(axis=1, keepdims=True)
    return float((error**2).sum() / d**2)


def test_each_file_is_read_by_its_own_library_as_the_plain_network(tmp_path: Path) -> None:
    from safetensors.numpy import load_file

    for suffix in SUFFIXES:
        write_weights(tmp_path / f"z7{suffix}", some_weights("Z7"))
    states = [
        dict(np.load(tmp_path / "z7.npz", allow_pickle=False)),
        load_file(tmp_path / "z7.safetensors"),
        torch.load(tmp_path / "z7.pt", weights_only=True),
    ]
    assert set(states[0]) == {*KEYS, "cogo.group", "cogo.gauge"}
    assert set(states[1]) == set(states[2]) == set(KEYS)
    assert states[0]["cogo.group"].shape == ()
    assert str(states[0]["cogo.group"]) == "Z7"
    for state in states:
        assert [tuple(state[key].shape) for key in KEYS] == [(14, 7), (14, 7), (7, 14)]
        assert loss_of_state(state, 7) < 1e-20


def test_the_group_is_asked_for_where_the_file_does_not_say(tmp_path: Path) -> None:
    write_weights(tmp_path / "w.pt", some_weights())
    network = read_weights(tmp_path / "w.pt")
    with pytest.raises(WeightFileError, match=r"does not name its group of order 8; pass it, such"):
        network.weights()
    with pytest.raises(WeightFileError, match="Z7 has order 7, and the weights have d = 8"):
        network.weights(AbelianGroup("Z7"))
    named = replace(network, metadata={"group": "Q8"})
    with pytest.raises(WeightFileError, match="metadata: group='Q8'"):
        named.weights()


def test_networks_print_what_they_are() -> None:
    w = some_weights("Z5", gauge="balanced")
    text = "<TwoLayer of 10 nodes, d = 5, float64, group Z5, family four-plus-six, gauge balanced>"
    assert repr(plain_network(w, family="four-plus-six")) == text


@every_format
def test_a_file_that_is_there_is_kept_unless_forced(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"w{suffix}"
    path.write_text("mine")
    with pytest.raises(WouldOverwriteError, match=rf"w\{suffix} exists already; pass --force"):
        write_weights(path, some_weights())
    assert path.read_text() == "mine"
    write_weights(path, some_weights(), force=True)
    assert read_weights(path).plain()[0].shape == (16, 8)
    assert os.listdir(tmp_path) == [path.name]


def test_a_file_that_appears_meanwhile_is_kept(tmp_path: Path) -> None:
    writing = ExitStack()
    writing.enter_context(replacing(tmp_path / "x")).write_text("ours")
    (tmp_path / "x").write_text("theirs")
    with pytest.raises(WouldOverwriteError):
        writing.close()
    assert (tmp_path / "x").read_text() == "theirs"
    assert os.listdir(tmp_path) == ["x"]


@every_format
@pytest.mark.parametrize("error", [KeyboardInterrupt, RuntimeError, OSError, MemoryError])
def test_nothing_is_left_of_a_write_that_is_broken_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str, error: type[BaseException]
) -> None:
    path = tmp_path / f"w{suffix}"
    path.write_text("before")

    def broken(temporary: Path, network: TwoLayer) -> None:
        assert temporary.parent == tmp_path
        temporary.write_bytes(b"half of it")
        raise error("stop")

    monkeypatch.setattr(numeric.weights.files, "WRITERS", {suffix: broken})
    wanted = WriteError if error in (RuntimeError, OSError) else error
    with pytest.raises(wanted, match="stop"):
        write_weights(path, some_weights(), force=True)
    assert path.read_text() == "before"
    assert os.listdir(tmp_path) == [path.name]


@every_format
def test_a_full_disk_is_a_clear_error(tmp_path: Path, suffix: str) -> None:
    """A limit on the size of files stands for the disk."""
    w = some_weights("Z31")
    old = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, old[1]))
        with pytest.raises(WriteError, match=rf"w\{suffix} cannot be written: .*File too large"):
            write_weights(tmp_path / f"w{suffix}", w)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, old)
    assert os.listdir(tmp_path) == []


def test_a_folder_and_a_missing_folder_are_named(tmp_path: Path) -> None:
    (tmp_path / "w.npz").mkdir()
    with pytest.raises(WriteError, match=r"w\.npz is a folder; give the name of a file"):
        write_weights(tmp_path / "w.npz", some_weights(), force=True)
    with pytest.raises(WriteError, match=r"the folder .*missing/there does not exist; create it"):
        write_bytes(tmp_path / "missing" / "there" / "x", b"", force=True)
    with pytest.raises(WriteError, match="the empty path"):
        write_bytes("", b"")


def test_what_would_be_refused_can_be_asked_before_the_work(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("mine")
    with pytest.raises(WouldOverwriteError, match="x exists already; pass --force"):
        require_writable(tmp_path / "x")
    with pytest.raises(WriteError, match="is a folder"):
        require_writable(tmp_path, force=True)
    require_writable(tmp_path / "x", force=True)
    require_writable(tmp_path / "y")
    assert os.listdir(tmp_path) == ["x"]


def test_what_is_no_regular_file_is_not_replaced(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(WriteError, match="pipe is no regular file and is not replaced"):
        write_bytes(tmp_path / "pipe", b"", force=True)


def test_a_symbolic_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "folder" / "x")
    write_bytes(tmp_path / "link", b"one")
    with pytest.raises(WouldOverwriteError):
        write_bytes(tmp_path / "link", b"two")
    write_bytes(tmp_path / "link", b"two", force=True)
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "folder" / "x").read_bytes() == b"two"


def test_a_folder_that_takes_no_files_is_a_clear_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*arguments: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refused)
    with pytest.raises(WriteError, match="x cannot be written: Permission denied"):
        write_bytes(tmp_path / "x", b"")
    assert os.listdir(tmp_path) == []


def test_permissions_are_those_of_any_new_file(tmp_path: Path) -> None:
    (tmp_path / "usual").write_text("")
    write_weights(tmp_path / "w.npz", some_weights())
    write_weights(tmp_path / "w.safetensors", some_weights())
    modes = {p.name: p.stat().st_mode for p in tmp_path.iterdir()}
    assert modes["w.npz"] == modes["w.safetensors"] == modes["usual"]


@pytest.mark.parametrize("name", ["weights", "weights.txt", "weights.h5"])
def test_other_suffixes_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(
        WeightFileError, match=r"written to files ending in \.npz, \.safetensors, \.pt"
    ):
        write_weights(tmp_path / name, some_weights())
    with pytest.raises(WeightFileError, match=r"ending in \.npz, \.npy, .*, \.pth, \.ckpt, not "):
        read_weights(name)


def test_without_pytorch_pt_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_weights(tmp_path / "there.pt", some_weights())
    monkeypatch.setitem(sys.modules, "torch", None)
    for verb in (
        lambda: write_weights(tmp_path / "w.pt", some_weights()),
        lambda: read_weights(tmp_path / "there.pt"),
    ):
        with pytest.raises(WeightFileError, match=r"pip install .*\[train\].*; \.npz and"):
            verb()
    assert os.listdir(tmp_path) == ["there.pt"]
    for suffix in (".npz", ".safetensors"):
        write_weights(tmp_path / f"w{suffix}", some_weights())
        read_weights(tmp_path / f"w{suffix}")


def test_importing_numeric_imports_no_pytorch() -> None:
    import subprocess

    code = "import numeric, sys; assert 'torch' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


Saver = Callable[[Path, dict[str, Any]], None]


def save_npz(path: Path, state: dict[str, Any]) -> None:
    np.savez(path, **state)


def save_safetensors(path: Path, state: dict[str, Any]) -> None:
    from safetensors.numpy import save_file

    save_file({key: np.ascontiguousarray(x) for key, x in state.items()}, path)


def save_pt(path: Path, state: dict[str, Any]) -> None:
    torch.save({key: torch.from_numpy(np.array(x)) for key, x in state.items()}, path)


SAVERS: dict[str, Saver] = {".npz": save_npz, ".safetensors": save_safetensors, ".pt": save_pt}


def good_state() -> dict[str, Any]:
    return {KEYS[0]: np.ones((2, 3)), KEYS[1]: np.ones((2, 3)), KEYS[2]: np.ones((3, 2))}


def replaced(*keys: str, by: Callable[[Any], Any]) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda state: {**state, **{key: by(state[key]) for key in keys}}


def with_entry(at: tuple[int, int], value: float) -> Callable[[Any], Any]:
    def spoil(x: Any) -> Any:
        x[at] = value
        return x

    return spoil


BAD: dict[str, tuple[Callable[[dict[str, Any]], dict[str, Any]], str]] = {
    "one matrix": (
        lambda s: {KEYS[0]: s[KEYS[0]]},
        r"no two-layer network was found; there are layera.weight \(2, 3\); what is read",
    ),
    "no weights": (lambda s: {"x.group": np.ones(3)}, r"there are x.group \(3,\); what is read"),
    "other widths": (
        replaced(KEYS[1], by=lambda x: np.ones((5, 9))),
        r"there are layera.weight \(2, 3\), layerb.weight \(5, 9\), layerc.weight \(3, 2\)",
    ),
    "vectors": (replaced(*KEYS, by=lambda x: np.ones(3)), r"there are layera.weight \(3,\)"),
    "no outputs": (replaced(*KEYS, by=lambda x: np.ones((0, 0))), r"layera.weight \(0, 0\)"),
    "integers": (replaced(*KEYS, by=lambda x: x.astype(np.int64)), r"layera.weight \(2, 3\) .*64"),
    "nan": (
        replaced(KEYS[1], by=with_entry((1, 2), np.nan)),
        r"layerb.weight: the weight at \(1, 2\) is nan, not a finite number",
    ),
    "infinity": (
        replaced(KEYS[2], by=with_entry((0, 1), -np.inf)),
        r"layerc.weight: the weight at \(0, 1\) is -inf, not a finite number",
    ),
}


@every_format
@pytest.mark.parametrize("bad", BAD)
def test_bad_files_are_refused_with_the_reason(tmp_path: Path, suffix: str, bad: str) -> None:
    spoil, message = BAD[bad]
    path = tmp_path / f"w{suffix}"
    SAVERS[suffix](path, good_state())
    assert read_weights(path).plain()[0].shape == (2, 3)
    SAVERS[suffix](path, spoil(good_state()))
    with pytest.raises(WeightFileError, match=message) as caught:
        read_weights(path)
    assert str(caught.value).startswith(f"{path}: ")


@every_format
@pytest.mark.parametrize("damage", ["empty", "text", "cut", "flipped"])
def test_damaged_files_are_refused(tmp_path: Path, suffix: str, damage: str) -> None:
    path = tmp_path / f"w{suffix}"
    write_weights(path, some_weights())
    data = path.read_bytes()
    half = len(data) // 2
    path.write_bytes(
        {
            "empty": b"",
            "text": b"hello, these are not weights\n" * 9,
            "cut": data[:half],
            "flipped": bytes(x ^ 255 for x in data[:64]) + data[64:],
        }[damage]
    )
    with pytest.raises(ValueError, match=rf"w\{suffix}(: | is empty)") as caught:
        read_weights(path)
    assert type(caught.value) is (ReadError if damage == "empty" else WeightFileError)


def test_missing_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match=r"gone\.npz does not exist"):
        read_weights(tmp_path / "gone.npz")


class Trap:
    """Leaves a mark when it is unpickled."""

    def __init__(self, mark: Path) -> None:
        self.mark = str(mark)

    def __reduce__(self) -> Any:
        return os.mkdir, (self.mark,)


def test_nothing_is_unpickled(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    pickle.loads(pickle.dumps(Trap(mark)))
    assert mark.exists(), "the trap does not work"
    mark.rmdir()
    trap = np.empty((2, 3), dtype=object)
    trap[0, 0] = Trap(mark)
    save_npz(tmp_path / "w.npz", {**good_state(), KEYS[0]: trap, KEYS[1]: trap})
    with pytest.raises(
        WeightFileError, match=r"layera.weight: it needs pickle, which is not read; save it as"
    ):
        read_weights(tmp_path / "w.npz")
    save_npz(tmp_path / "m.npz", {**good_state(), **{"cogo.group": np.array(Trap(mark))}})
    with pytest.raises(WeightFileError, match=r"cogo\.group: expected a text"):
        read_weights(tmp_path / "m.npz")
    torch.save({**good_state(), "x": Trap(mark)}, tmp_path / "w.pt")
    with pytest.raises(WeightFileError, match="could run code when loaded, so it is refused") as e:
        read_weights(tmp_path / "w.pt")
    assert "weights_only=False" not in str(e.value)
    assert not mark.exists()


def npy_header(shape: tuple[int, ...]) -> bytes:
    file = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        file, {"descr": "<f8", "fortran_order": False, "shape": shape}
    )
    return file.getvalue()


HUGE = 10**6, 10**5


def huge_safetensors(path: Path) -> None:
    """The header fits the file, which is sparse on the disk."""
    size = HUGE[0] * HUGE[1] * 4
    header = {
        key: {"dtype": "F32", "shape": list(shape), "data_offsets": [i * size, (i + 1) * size]}
        for i, (key, shape) in enumerate(zip(KEYS, (HUGE[::-1], HUGE[::-1], HUGE), strict=True))
    }
    text = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text)
    os.truncate(path, 8 + len(text) + 3 * size)


def stretched_npz(path: Path, shape: tuple[int, int] = HUGE, held: int = 0) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for key, x in zip(KEYS, (shape[::-1], shape[::-1], shape), strict=True):
            archive.writestr(f"{key}.npy", npy_header(x) + bytes(held))


def stretched_pt(path: Path, shape: tuple[int, int] = HUGE) -> None:
    """Tensors without storage of their own: every entry is the same number."""
    wide, tall = (torch.ones(1).expand(*x) for x in (shape[::-1], shape))
    torch.save(dict(zip(KEYS, (wide, wide, tall), strict=True)), path)


@pytest.mark.parametrize(
    ("suffix", "make", "message"),
    [
        (
            ".npz",
            stretched_npz,
            "layera.weight declares 800000000000 bytes and the file has 0 for it",
        ),
        (".safetensors", huge_safetensors, "bytes; at most 17196646400 are read"),
        (
            ".pt",
            stretched_pt,
            "layera.weight declares 400000000000 bytes and the file has 4 for it",
        ),
    ],
)
def test_sizes_are_judged_before_weights_are_read(
    tmp_path: Path, suffix: str, make: Callable[[Path], None], message: str
) -> None:
    path = tmp_path / f"huge{suffix}"
    try:
        make(path)
    except OSError:
        pytest.skip("no sparse files here")
    with pytest.raises((WeightFileError, ReadError), match=message):
        read_weights(path)


def deflated_pt(path: Path, shape: tuple[int, int]) -> None:
    plain = path.with_suffix(".plain")
    wide, tall = (torch.zeros(*x) for x in (shape[::-1], shape))
    torch.save(dict(zip(KEYS, (wide, wide.clone(), tall), strict=True)), plain)
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
    plain.unlink()


@pytest.mark.parametrize(
    ("suffix", "make"),
    [(".npz", partial(stretched_npz, held=64)), (".pt", stretched_pt), (".pt", deflated_pt)],
)
def test_no_memory_is_taken_for_weights_that_the_file_does_not_hold(
    tmp_path: Path, suffix: str, make: Callable[[Path, tuple[int, int]], None]
) -> None:
    make(tmp_path / f"w{suffix}", (50, 40_000))
    tracemalloc.start()
    try:
        with pytest.raises(WeightFileError, match=r": .* declares \d+ bytes and the file has"):
            read_weights(tmp_path / f"w{suffix}")
        assert tracemalloc.get_traced_memory()[1] < 8 * 50 * 40_000 / 4
    finally:
        tracemalloc.stop()


def test_files_of_the_older_format_are_read_and_programs_are_not(tmp_path: Path) -> None:
    state = good_state_of_tensors()
    torch.save(
        {"model": state, "epoch": 7}, tmp_path / "old.pt", _use_new_zipfile_serialization=False
    )
    assert np.array_equal(read_weights(tmp_path / "old.pt").plain()[0], state[KEYS[0]])
    torch.jit.save(torch.jit.script(torch.nn.Linear(2, 3)), tmp_path / "program.pt")
    with pytest.raises(WeightFileError, match=r"holds a program, and could run code"):
        read_weights(tmp_path / "program.pt")
    torch.save(torch.nn.Linear(2, 3), tmp_path / "m.pt", _use_new_zipfile_serialization=False)
    with pytest.raises(WeightFileError, match=r"holds more than tensors, and could run code"):
        read_weights(tmp_path / "m.pt")


def test_the_older_format_takes_no_memory_for_what_it_does_not_hold(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It names the number of entries of each tensor, for which PyTorch makes room at once."""
    path = tmp_path / "old.pt"
    torch.save({"W": torch.zeros(777, 1)}, path, _use_new_zipfile_serialization=False)
    data = path.read_bytes()
    honest, lie = b"M" + (777).to_bytes(2, "little"), b"\x8a\x06" + (10**12).to_bytes(6, "little")
    assert data.count(honest) == 2
    path.write_bytes(data.replace(honest, lie))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(
        WeightFileError, match=r"declares 4000000000000 bytes and the file has \d+ f"
    ):
        read_weights(path)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < before + 100_000


@pytest.mark.parametrize(("length", "header"), [(1 << 30, b"{" * 100), (2, b'{"a":1,"a":2}')])
def test_odd_headers_of_safetensors_are_refused(tmp_path: Path, length: int, header: bytes) -> None:
    path = tmp_path / "w.safetensors"
    path.write_bytes(struct.pack("<Q", length if length > 2 else len(header)) + header)
    with pytest.raises(WeightFileError, match=r"a header of 1073741824 bytes|'a' is given twice"):
        read_weights(path)


def test_safetensors_that_point_outside_of_the_file_are_refused(tmp_path: Path) -> None:
    for offsets, message in (
        ([0, 480], "bytes 0 to 480 are not in the file; it is cut"),
        ([-8, 40], "bytes -8 to 40 are not in the file"),
        ([0, 40], "W declares 48 bytes and the file has 40 for it"),
    ):
        text = json.dumps(
            {"W": {"dtype": "F64", "shape": [2, 3], "data_offsets": offsets}}
        ).encode()
        path = tmp_path / "w.safetensors"
        path.write_bytes(struct.pack("<Q", len(text)) + text + bytes(48))
        with pytest.raises(WeightFileError, match=message):
            read_weights(path)


def test_an_archive_that_unfolds_without_end_or_names_an_array_twice_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(numeric.weights.arrays.containers, "FREE", 1 << 16)
    np.savez_compressed(tmp_path / "bomb.npz", W=np.zeros((100, 2000)))
    with pytest.raises(
        WeightFileError, match=r"the archive declares 1600128 bytes and the file has"
    ):
        read_weights(tmp_path / "bomb.npz")
    two = tmp_path / "two.npz"
    for again in ("W.npy", "W.npy.npy"):  # for NumPy W.npy is the same as W
        with zipfile.ZipFile(two, "w") as archive, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for name in ("W.npy", again):
                archive.writestr(name, npy_header((0, 0)))
        with pytest.raises(WeightFileError, match="an array is there twice; save each array once"):
            read_weights(two)
    two.write_bytes(npy_header((0, 0)) + two.read_bytes())  # an array for NumPy, whatever follows
    with pytest.raises(WeightFileError, match=r"it is no zip archive, which is what np\.savez"):
        read_weights(two)


def test_records_without_end_are_refused(tmp_path: Path) -> None:
    laughs: Any = [torch.ones(1)]
    for _ in range(30):
        laughs = [laughs] * 10
    torch.save({"x": laughs}, tmp_path / "laughs.pt")
    with pytest.raises(WeightFileError, match="more than 65536 records; save the weights alone"):
        read_weights(tmp_path / "laughs.pt")
    loop: Any = []
    loop.append(loop)
    torch.save({"x": loop}, tmp_path / "loop.pt")
    with pytest.raises(WeightFileError, match=r"nested more than 32 deep|could run code"):
        read_weights(tmp_path / "loop.pt")


@every_format
def test_weights_that_do_not_fit_into_memory_are_refused(
    tmp_path: Path, suffix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_weights(tmp_path / f"w{suffix}", some_weights())
    monkeypatch.setattr(algebra.machine.memory, "available_bytes", lambda: 1000)
    for reader in ("torch.load", "numpy.lib.format.read_array"):
        monkeypatch.setattr(reader, lambda *args, **options: pytest.fail("read before judged"))
    monkeypatch.setattr(algebra.machine.memory, "SMALL", 0)
    with pytest.raises(MemoryEstimateError, match="holding the weights needs about"):
        read_weights(tmp_path / f"w{suffix}")


@pytest.mark.parametrize("text", ["", "x" * 65537, "two\nlines", "bell\a", 7, None])
def test_metadata_is_short_printable_text(text: Any) -> None:
    a, b, c = good_state().values()
    with pytest.raises(WeightFileError, match="expected printable text of 1 to 65536 characters"):
        of_layers(a, b, c, family=text)


def test_odd_metadata_in_files_is_refused(tmp_path: Path) -> None:
    save_npz(tmp_path / "a.npz", {**good_state(), **{"cogo.group": np.array(["Z3"])}})
    with pytest.raises(WeightFileError, match=r"cogo\.group: expected a text"):
        read_weights(tmp_path / "a.npz")
    save_npz(tmp_path / "b.npz", {**good_state(), **{"cogo.group": np.array("x" * 70000)}})
    with pytest.raises(WeightFileError, match=r"cogo\.group: expected a text"):
        read_weights(tmp_path / "b.npz")
    many = {f"cogo.{i}": np.array("x") for i in range(101)}
    save_npz(tmp_path / "c.npz", {**good_state(), **many})
    with pytest.raises(WeightFileError, match="at most 100 different names"):
        read_weights(tmp_path / "c.npz")


def test_a_pt_file_that_is_no_state_dict_is_refused(tmp_path: Path) -> None:
    good = good_state_of_tensors()
    for value, message in (
        (torch.ones(2), r"expected tensors by name, as a state_dict; found Tensor of shape \(2,\)"),
        ([torch.ones(2)], r"there are 0 \(2,\)"),
        ({**good, KEYS[0]: 3, KEYS[1]: 3}, r"there are layerc.weight \(3, 2\);"),
        (
            {KEYS[0]: torch.ones(2, 3).to_sparse()},
            r"layera.weight \(2, 3\) is torch.sparse_coo float",
        ),
    ):
        torch.save(value, tmp_path / "w.pt")
        with pytest.raises(WeightFileError, match=message):
            read_weights(tmp_path / "w.pt")


def good_state_of_tensors() -> dict[str, Any]:
    return {key: torch.from_numpy(x) for key, x in good_state().items()}


def test_parameters_of_a_model_are_read_like_tensors(tmp_path: Path) -> None:
    state = {k: torch.nn.Parameter(x) for k, x in good_state_of_tensors().items()}
    torch.save(state, tmp_path / "w.pt")
    assert read_weights(tmp_path / "w.pt").plain()[2].shape == (3, 2)
