"""A folder with all that people have where it does not belong, and how it is refused there."""

import os
import pickle
import shlex
import shutil
import zipfile
from collections.abc import Callable
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

import numpy as np
import pytest

import cogo
from algebra.files import element_file
from cogo.cli.main import main
from numeric.weights.plain_network import plain_network
from tests.command import cogo as run, experiments
from tests.numeric.trained_like import TRAINED


class Runs:
    """Pickled, it would make a folder."""

    def __reduce__(self):
        return os.mkdir, ("executed",)


def write_optimizer(family: str = "six-per-frequency", **parameters: object) -> None:
    """Write an optimizer over Z3 in most formats here, under the names z and w."""
    z = cogo.build("Z3", family, **parameters)
    Path("z.json").write_text(element_file.to_text(z))
    cogo.write_certificate("z.cert.json", z)
    for suffix in ("npz", "safetensors", "pt"):
        cogo.write_weights(f"w.{suffix}", plain_network(cogo.embed(z), family=z.name))


@pytest.fixture(scope="session")
def bad_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder; nothing in it may change."""
    folder, home = tmp_path_factory.mktemp("files"), Path.cwd()
    os.chdir(folder)
    write_optimizer(nu=1)
    for name in ("z.json", "z.cert.json", "w.npz", "w.safetensors", "w.pt"):
        data = Path(name).read_bytes()
        Path(f"cut.{name.partition('.')[2]}").write_bytes(data[: len(data) * 2 // 3])
    cogo.write_weights("z7.npz", cogo.embed(cogo.build("Z7", xi=1)))
    cogo.write_weights("s3.npz", cogo.embed(cogo.build("S3")))
    shutil.copy(TRAINED, "trained.npz")
    good = dict(np.load(TRAINED))
    for name in ("nan", "inf"):
        spoilt = good["layera"].copy()
        spoilt[3, 4] = float(name)
        np.savez(f"{name}.npz", **{**good, "layera": spoilt})
    np.savez("objects.npz", **{**good, "layera": np.array([Runs()], dtype=object)})
    np.savez("three.npz", W=np.ones((40, 30)), V=np.ones((10, 40)))
    np.savez("trivial.npz", layera=[[1.0]], layerb=[[1.0]], layerc=[[1.0]])
    np.save("array.npy", np.ones(3))
    Path("array.npy").rename("array.npz")
    Path("pickle.pt").write_bytes(pickle.dumps(Runs()))
    for name, inside in {"zip.pt": "notes.txt", "pickled.pt": "archive/data.pkl"}.items():
        with zipfile.ZipFile(name, "w") as archive:
            archive.writestr(inside, pickle.dumps(Runs()))
            archive.writestr("archive/version", "3")
    shutil.copy("w.pt", "w.bin")
    texts = {"text.json": "hello", "text.npz": "hello", "there.json": "mine", "there.png": "mine"}
    texts |= {"there.cert.json": "mine", "there.verify.json": "mine", "empty.npz": ""}
    texts |= {"escape\x1b[31m.npz": "", "both.csv": "0,0\n0,1\n", "ragged.csv": "0,1\n1\n"}
    for name, text in texts.items():
        Path(name).write_text(text)
    Path("folder.npz").mkdir()
    Path("folder.json").mkdir()
    Path("zero.npz").symlink_to("/dev/zero")
    for suffix in ("npz", "pt", "safetensors"):
        os.mkfifo(f"pipe.{suffix}")
    os.chdir(home)
    return folder


@pytest.fixture(scope="session")
def certified(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[str, bytes]]:
    """What `cogo certify` prints of the trained network, and its certificate, by kind."""
    found = {}
    for kind, more in (("nearest", []), ("named", ["--named"])):
        path = tmp_path_factory.mktemp(kind) / "t.cert.json"
        with redirect_stdout(StringIO()) as out, pytest.raises(SystemExit) as stop:
            main(["certify", str(TRAINED), "-o", str(path), *more])
        assert not stop.value.code
        found[kind] = out.getvalue(), path.read_bytes()
    return found


@pytest.fixture
def good_files(in_an_empty_folder: None) -> None:
    """An optimizer as an element, a certificate and weights, in the working folder."""
    write_optimizer(nu=cogo.zeta(5))


def listing(folder: Path) -> dict[Path, tuple[int, int]]:
    """Every file and folder, with the size and the time of the files."""
    found = {x: x.lstat() for x in folder.rglob("*")}
    return {x: (s.st_size, s.st_mtime_ns) if x.is_file() else (0, 0) for x, s in found.items()}


@pytest.fixture
def refused(bad_files, capsys, monkeypatch) -> Callable[..., None]:
    """Run a command among these files: one line says why not, exit code 2, nothing is written."""

    def refuse(words: str | list[str], *parts: str) -> None:
        before = listing(bad_files)
        verb, *rest = shlex.split(words) if isinstance(words, str) else words
        ran = experiments(capsys, *rest) if verb == "experiments" else run(capsys, verb, *rest)
        code, out, err = ran
        assert (code, out, err.count("\n")) == (2, "", 1), err
        assert err.startswith("error: ") or verb == "check"
        assert len(err) < 500
        for part in parts:
            assert part in err
        for word in ("Errno", "\x1b", "set_int_max_str_digits", "weights_only=False"):
            assert word not in err
        assert listing(bad_files) == before

    monkeypatch.chdir(bad_files)
    return refuse
