"""Weight files: every format bit for bit, nothing half written, bad files refused."""

import io
import json
import os
import pickle
import resource
import struct
import subprocess
import sys
import tracemalloc
import warnings
import zipfile
from contextlib import ExitStack
from fractions import Fraction
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
from numeric import WeightFileError, embed, plain_network, read_weights, write_weights
from tests.numeric.network_loss import network_loss
from tests.numeric.plain_network import of_layers
from tests.numeric.weights.arrays.test_layouts import SAVED
from tests.refusal import refused

torch = pytest.importorskip("torch")
KEYS = ["layera.weight", "layerb.weight", "layerc.weight"]
every_format = pytest.mark.parametrize("suffix", [".npz", ".safetensors", ".pt"])


def some_weights(spec: str = "Z2xZ4", **options: Any) -> Any:
    z = optimizers.four_plus_six(AbelianGroup(spec), xi=zeta(8), nu=unit(Fraction(1, 3)))
    return embed(z, **options)


def same_bits(x: Any, y: Any) -> bool:
    return bool(x.dtype == y.dtype and x.shape == y.shape and x.tobytes() == y.tobytes())


@every_format
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("gauge", ["rational", "balanced"])
def test_equal_weights_make_equal_files_that_say_what_they_are(tmp_path, suffix, dtype, gauge):
    w = some_weights(dtype=dtype, gauge=gauge)
    path, again = tmp_path / f"weights{suffix}", tmp_path / f"again{suffix}"
    for file in (path, again):
        write_weights(file, plain_network(w, family="four-plus-six"))
    assert path.read_bytes() == again.read_bytes()
    back = read_weights(path)
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
def test_any_finite_weights_come_back_bit_for_bit(tmp_path_factory, suffix, data):
    d, q = data.draw(st.integers(1, 4)), data.draw(st.integers(0, 4))
    dtype = data.draw(st.sampled_from([np.float32, np.float64]))
    a, b, c = (data.draw(arrays(dtype, s, elements=FINITE)) for s in ((q, d), (q, d), (d, q)))
    text = st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=9)
    network = of_layers(a, np.asfortranarray(b), c, family=data.draw(text))
    path = tmp_path_factory.mktemp("any") / f"weights{suffix}"
    write_weights(path, network)
    back = read_weights(path)
    for key, x in network.state().items():
        assert same_bits(x, back.state()[key])
        assert back.state()[key].flags.c_contiguous
    assert suffix == ".pt" or back.metadata == network.metadata


def test_each_file_is_read_by_its_own_library_as_the_plain_network(tmp_path):
    from safetensors.numpy import load_file

    for suffix in numeric.weights.files.WRITERS:
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
        a, b, c = (np.asarray(state[key]) for key in KEYS)
        assert (a.shape, b.shape, c.shape) == ((14, 7), (14, 7), (7, 14))
        assert network_loss(of_layers(a, b, c, group="Z7")) < 1e-20


@every_format
def test_a_file_that_is_there_is_kept_unless_forced(tmp_path, suffix):
    path = tmp_path / f"w{suffix}"
    path.write_text("mine")
    with pytest.raises(WouldOverwriteError, match=rf"w\{suffix} exists already; pass --force"):
        write_weights(path, some_weights())
    assert path.read_text() == "mine"
    write_weights(path, some_weights(), force=True)
    assert read_weights(path).plain()[0].shape == (16, 8)
    assert os.listdir(tmp_path) == [path.name]


def test_a_file_that_appears_meanwhile_is_kept(tmp_path):
    writing = ExitStack()
    writing.enter_context(replacing(tmp_path / "x")).write_text("ours")
    (tmp_path / "x").write_text("theirs")
    with pytest.raises(WouldOverwriteError):
        writing.close()
    assert (tmp_path / "x").read_text() == "theirs"
    assert os.listdir(tmp_path) == ["x"]


@every_format
@pytest.mark.parametrize("error", [KeyboardInterrupt, RuntimeError, OSError, MemoryError])
def test_nothing_is_left_of_a_write_that_is_broken_off(tmp_path, monkeypatch, suffix, error):
    path = tmp_path / f"w{suffix}"
    path.write_text("before")

    def broken(temporary: Path, network: Any) -> None:
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
def test_a_full_disk_is_a_clear_error(tmp_path, suffix):
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


@pytest.mark.parametrize("write", [require_writable, write_bytes])
def test_what_cannot_be_written_is_refused_before_the_work_too(tmp_path, write, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("folder").mkdir()
    Path("x").write_text("mine")
    os.mkfifo("pipe")
    data = [b""] * (write is write_bytes)
    for path, message in {
        "folder": "folder is a folder; give the name of a file",
        "": "(the empty path) is a folder; give the name of a file",
        "no/x": f"no/x: the folder {tmp_path}/no does not exist; create it first",
        "pipe": "pipe is no regular file and is not replaced; give another name",
    }.items():
        with refused(WriteError, message):
            write(path, *data, force=True)
    with pytest.raises(WouldOverwriteError, match="x exists already; pass --force"):
        write("x", *data)
    assert sorted(os.listdir()) == ["folder", "pipe", "x"]
    for path in ("x", "y"):
        write(path, *data, force=path == "x")
    assert Path("y").exists() == (write is write_bytes)


def test_a_symbolic_link_stays_a_link(tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "folder" / "x")
    write_bytes(tmp_path / "link", b"one")
    with pytest.raises(WouldOverwriteError):
        write_bytes(tmp_path / "link", b"two")
    write_bytes(tmp_path / "link", b"two", force=True)
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "folder" / "x").read_bytes() == b"two"


def test_a_folder_that_takes_no_files_is_a_clear_error(tmp_path, monkeypatch):
    def denied(*arguments: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", denied)
    with pytest.raises(WriteError, match="x cannot be written: Permission denied"):
        write_bytes(tmp_path / "x", b"")
    assert os.listdir(tmp_path) == []


def test_permissions_are_those_of_any_new_file(tmp_path):
    (tmp_path / "usual").write_text("")
    write_weights(tmp_path / "w.npz", some_weights())
    write_weights(tmp_path / "w.safetensors", some_weights())
    assert len({p.stat().st_mode for p in tmp_path.iterdir()}) == 1


@pytest.mark.parametrize("name", ["weights", "weights.txt", "weights.h5"])
def test_other_suffixes_are_refused(tmp_path, name):
    with pytest.raises(
        WeightFileError, match=r"written to files ending in \.npz, \.safetensors, \.pt"
    ):
        write_weights(tmp_path / name, some_weights())
    with pytest.raises(WeightFileError, match=r"ending in \.npz, \.npy, .*, \.pth, \.ckpt, not "):
        read_weights(name)


def test_without_pytorch_pt_says_what_to_install(tmp_path, monkeypatch):
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


def test_importing_numeric_imports_no_pytorch():
    code = "import numeric, sys; assert 'torch' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


def state_of(*layers: Any) -> dict[str, Any]:
    return dict(zip(KEYS, layers, strict=True))


ONE = np.ones((2, 3))
GOOD = state_of(ONE, ONE, ONE.T)
NAN, INFINITY = ONE.copy(), ONE.copy()
NAN[1, 2], INFINITY[1, 0] = np.nan, -np.inf
BAD: dict[str, tuple[dict[str, Any], str]] = {
    "one matrix": (
        {KEYS[0]: ONE},
        r"no two-layer network was found; there are layera.weight \(2, 3\); what is read",
    ),
    "no weights": ({"x.group": np.ones(3)}, r"there are x.group \(3,\); what is read"),
    "other widths": (
        state_of(ONE, np.ones((5, 9)), ONE.T),
        r"there are layera.weight \(2, 3\), layerb.weight \(5, 9\), layerc.weight \(3, 2\)",
    ),
    "vectors": (state_of(*np.ones((3, 3))), r"there are layera.weight \(3,\)"),
    "no outputs": (state_of(*np.ones((3, 0, 0))), r"layera.weight \(0, 0\)"),
    "integers": (
        {key: x.astype(np.int64) for key, x in GOOD.items()}, r"layera.weight \(2, 3\) .*64"
    ),
    "nan": (
        state_of(ONE, NAN, ONE.T),
        r"layerb.weight: the weight at \(1, 2\) is nan, not a finite number",
    ),
    "infinity": (
        state_of(ONE, ONE, INFINITY.T),
        r"layerc.weight: the weight at \(0, 1\) is -inf, not a finite number",
    ),
}  # fmt: skip


@every_format
@pytest.mark.parametrize("bad", BAD)
def test_bad_files_are_refused_with_the_reason(tmp_path, suffix, bad):
    state, message = BAD[bad]
    path = tmp_path / f"w{suffix}"
    save = SAVED[path.name]
    save(path, GOOD)
    assert read_weights(path).plain()[0].shape == (2, 3)
    save(path, state)
    with pytest.raises(WeightFileError, match=message) as caught:
        read_weights(path)
    assert str(caught.value).startswith(f"{path}: ")


@every_format
def test_missing_and_damaged_files_are_refused(tmp_path, suffix):
    path = tmp_path / f"w{suffix}"
    with pytest.raises(ReadError, match=rf"w\{suffix} does not exist"):
        read_weights(path)
    write_weights(path, some_weights())
    data = path.read_bytes()
    for damaged in (
        b"",
        b"hello, these are not weights\n" * 9,
        data[: len(data) // 2],
        bytes(x ^ 255 for x in data[:64]) + data[64:],
    ):
        path.write_bytes(damaged)
        with pytest.raises(ValueError, match=rf"w\{suffix}(: | is empty)") as caught:
            read_weights(path)
        assert type(caught.value) is (WeightFileError if damaged else ReadError)


class Trap:
    """Leaves a mark when it is unpickled."""

    def __init__(self, mark: Path) -> None:
        self.mark = str(mark)

    def __reduce__(self) -> Any:
        return os.mkdir, (self.mark,)


def test_nothing_is_unpickled_and_no_program_is_read(tmp_path):
    mark = tmp_path / "mark"
    pickle.loads(pickle.dumps(Trap(mark)))
    assert mark.exists(), "the trap does not work"
    mark.rmdir()
    trap = np.empty((2, 3), dtype=object)
    trap[0, 0] = Trap(mark)
    np.savez(tmp_path / "w.npz", **state_of(trap, trap, ONE.T))
    np.savez(tmp_path / "m.npz", **GOOD, **{"cogo.group": np.array(Trap(mark))})
    torch.save({**GOOD, "x": Trap(mark)}, tmp_path / "w.pt")
    layer = torch.nn.Linear(2, 3)
    torch.save(layer, tmp_path / "old.pt", _use_new_zipfile_serialization=False)
    torch.jit.save(torch.jit.script(layer), tmp_path / "program.pt")
    for name, message in (
        ("w.npz", r"layera.weight: it needs pickle, which is not read; save it as"),
        ("m.npz", r"cogo\.group: expected a text"),
        ("w.pt", "could run code when loaded, so it is refused"),
        ("old.pt", "holds more than tensors, and could run code"),
        ("program.pt", "holds a program, and could run code"),
    ):
        with pytest.raises(WeightFileError, match=message) as caught:
            read_weights(tmp_path / name)
        assert "weights_only=False" not in str(caught.value)
    assert not mark.exists()


def npy_header(shape: tuple[int, ...]) -> bytes:
    file = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        file, {"descr": "<f8", "fortran_order": False, "shape": shape}
    )
    return file.getvalue()


def declared(width: int, d: int) -> list[tuple[str, tuple[int, int]]]:
    return list(state_of((width, d), (width, d), (d, width)).items())


def huge_safetensors(path: Path) -> None:
    """The header fits the file, which is sparse on the disk."""
    size = 4 * 10**11
    header = {
        key: {"dtype": "F32", "shape": shape, "data_offsets": [i * size, (i + 1) * size]}
        for i, (key, shape) in enumerate(declared(10**5, 10**6))
    }
    path.write_bytes(safetensors(header))
    os.truncate(path, path.stat().st_size + 3 * size)


def safetensors(header: Any) -> bytes:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text


def stretched_npz(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for key, shape in declared(10**5, 10**6):
            archive.writestr(f"{key}.npy", npy_header(shape) + bytes(64))


def stretched_pt(path: Path) -> None:
    """Tensors without storage of their own: every entry is the same number."""
    torch.save({key: torch.ones(1).expand(*x) for key, x in declared(10**5, 10**6)}, path)


def deflated_pt(path: Path) -> None:
    plain = path.with_suffix(".plain")
    torch.save({key: torch.zeros(*x) for key, x in declared(40_000, 50)}, plain)
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
    plain.unlink()


@pytest.mark.parametrize(
    ("suffix", "make", "message"),
    [
        (".npz", stretched_npz, "layera.weight declares 800000000000 bytes and the file has 64"),
        (".safetensors", huge_safetensors, "bytes; at most 17196646400 are read"),
        (".pt", stretched_pt, "layera.weight declares 400000000000 bytes and the file has 4 for"),
        (".pt", deflated_pt, r"the archive declares 240\d{5} bytes and the file has"),
    ],
)
def test_no_memory_is_taken_for_weights_that_the_file_does_not_hold(
    tmp_path, suffix, make, message
):
    path = tmp_path / f"w{suffix}"
    try:
        make(path)
    except OSError:
        pytest.skip("no sparse files here")
    tracemalloc.start()
    try:
        with pytest.raises((WeightFileError, ReadError), match=message):
            read_weights(path)
        assert tracemalloc.get_traced_memory()[1] < 8 * 40_000 * 50 / 4
    finally:
        tracemalloc.stop()


def test_the_older_format_takes_no_memory_for_what_it_does_not_hold(tmp_path):
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


def one_tensor(*offsets: int) -> bytes:
    entry = {"dtype": "F64", "shape": [2, 3], "data_offsets": offsets}
    return safetensors({"W": entry}) + bytes(48)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (struct.pack("<Q", 1 << 30) + b"{" * 100, "a header of 1073741824 bytes in a file of 108"),
        (safetensors(b'{"a":1,"a":2}'), "'a' is given twice"),
        (one_tensor(0, 480), "bytes 0 to 480 are not in the file; it is cut"),
        (one_tensor(-8, 40), "bytes -8 to 40 are not in the file"),
        (one_tensor(0, 40), "W declares 48 bytes and the file has 40 for it"),
    ],
)
def test_odd_headers_of_safetensors_are_refused(tmp_path, data, message):
    path = tmp_path / "w.safetensors"
    path.write_bytes(data)
    with pytest.raises(WeightFileError, match=message):
        read_weights(path)


def test_an_archive_that_unfolds_without_end_or_names_an_array_twice_is_refused(
    tmp_path, monkeypatch
):
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
    np.savez(tmp_path / "empty.npz")
    with pytest.raises(WeightFileError, match="no two-layer network was found; there are no array"):
        read_weights(tmp_path / "empty.npz")
    two.write_bytes(npy_header((0, 0)) + two.read_bytes())  # an array for NumPy, whatever follows
    with pytest.raises(WeightFileError, match=r"it is no zip archive, which is what np\.savez"):
        read_weights(two)


@every_format
def test_weights_that_do_not_fit_into_memory_are_refused(tmp_path, suffix, monkeypatch):
    write_weights(tmp_path / f"w{suffix}", some_weights())
    monkeypatch.setattr(algebra.machine.memory, "available_bytes", lambda: 1000)
    for reader in ("torch.load", "numpy.lib.format.read_array"):
        monkeypatch.setattr(reader, lambda *args, **options: pytest.fail("read before judged"))
    monkeypatch.setattr(algebra.machine.memory, "SMALL", 0)
    with pytest.raises(MemoryEstimateError, match="holding the weights needs about"):
        read_weights(tmp_path / f"w{suffix}")


@pytest.mark.parametrize("text", ["", "x" * 65537, "two\nlines", "bell\a", 7, None])
def test_metadata_is_short_printable_text(text):
    with pytest.raises(WeightFileError, match="expected printable text of 1 to 65536 characters"):
        of_layers(ONE, ONE, ONE.T, family=text)


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ({"cogo.group": np.array(["Z3"])}, r"cogo\.group: expected a text"),
        ({"cogo.group": np.array("x" * 70000)}, r"cogo\.group: expected a text"),
        ({f"cogo.{i}": np.array("x") for i in range(101)}, "at most 100 different names"),
    ],
)
def test_odd_metadata_in_files_is_refused(tmp_path, texts, message):
    np.savez(tmp_path / "w.npz", **GOOD, **texts)
    with pytest.raises(WeightFileError, match=message):
        read_weights(tmp_path / "w.npz")


TENSORS = {key: torch.from_numpy(np.array(x)) for key, x in GOOD.items()}
LAUGHS: Any = [torch.ones(1)]
for _ in range(30):
    LAUGHS = [LAUGHS] * 10
LOOP: Any = []
LOOP.append(LOOP)


@pytest.mark.parametrize(
    ("state", "message"),
    [
        (torch.ones(2), r"expected tensors by name, as a state_dict; found Tensor of shape \(2,\)"),
        ([torch.ones(2)], r"there are 0 \(2,\)"),
        ({**TENSORS, KEYS[0]: 3, KEYS[1]: 3}, r"there are layerc.weight \(3, 2\);"),
        ({"W": torch.ones(2, 3).to_sparse()}, r"W \(2, 3\) is torch.sparse_coo float"),
        ({"x": LAUGHS}, "more than 65536 records; save the weights alone"),
        ({"x": LOOP}, "nested more than 32 deep|could run code"),
    ],
    ids=["tensor", "list", "numbers", "sparse", "laughs", "loop"],
)
def test_a_pt_file_that_is_no_state_dict_is_refused(tmp_path, state, message):
    torch.save(state, tmp_path / "w.pt")
    with pytest.raises(WeightFileError, match=message):
        read_weights(tmp_path / "w.pt")


def test_parameters_of_a_model_are_read_like_tensors(tmp_path):
    torch.save({k: torch.nn.Parameter(x) for k, x in TENSORS.items()}, tmp_path / "w.pt")
    assert read_weights(tmp_path / "w.pt").plain()[2].shape == (3, 2)
