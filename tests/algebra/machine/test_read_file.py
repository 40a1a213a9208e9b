"""Files of unknown origin go through one door, which neither waits nor takes memory without end."""

import ast
import os
from pathlib import Path

import pytest

from algebra.machine.read_file import ReadError, opened, printable, read_bytes, strict_json
from tests.refusal import refused

ROOT = Path(__file__).resolve().parents[3]
SOURCES = {
    str(path.relative_to(ROOT)): path.read_text(encoding="utf-8")
    for package in ("algebra", "numeric", "proofs", "cogo", "experiments")
    for path in sorted((ROOT / package).rglob("*.py"))
    if "node_modules" not in path.parts
}
#: Who opens files by other ways, and why.
EXEMPT = {
    "algebra/machine/read_file.py": "the door",
    "algebra/machine/write_file.py": "its own temporary file",
    "algebra/machine/handed_on.py": "the imports of a package of this project",
    "algebra/machine/memory.py": "/proc/meminfo",
    "numeric/weights/arrays/containers.py": "formats that are read from what the door opened",
    "numeric/training/checkpoint.py": "a format that is read from what the door opened",
    "proofs/certificates/checker.py": "a file of the standard library alone, with its own door",
    "proofs/certificates/existence_checker.py": "the same",
    "proofs/certificates/infeasible_checker.py": "the same",
    "proofs/certificates/network_checker.py": "the same",
    "proofs/certificates/table_checker.py": "the same",
    "proofs/formal/proved.py": "the Coq sources of this project",
    "proofs/second_opinion/systems.py": "what it has just written",
    "cogo/page/exchange.py": "what it has just written",
    "experiments/result.py": "/proc/cpuinfo",
    "experiments/page.py": "its own results, of this project",
}
READERS = {"read_text", "read_bytes", "fromfile", "memmap", "loadtxt", "genfromtxt", "safe_open"}
READERS |= {"load_file", "open_code", "ZipFile", "TarFile", "FileIO", "mmap"}
#: ``load`` of these reads a file; that of a YAML loader reads text.
LOADERS = {"np", "numpy", "torch", "pickle", "joblib", "jit"}


def openings(source: str) -> list[str]:
    """Return where a source opens a file to read it, other than by the door."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        *owners, name = ast.unparse(node.func).split(".")
        texts = [x.value for x in (*node.args, *(k.value for k in node.keywords))
                 if isinstance(x, ast.Constant) and isinstance(x.value, str)]  # fmt: skip
        modes = [x for x in texts if set(x) <= set("rwaxbt+")]
        writes = (modes and set("wax") & set(modes[0])) or "O_WRONLY" in ast.unparse(node)
        own = name == "read_bytes" and not owners  # the door's
        if (name in READERS and not own) or (name == "open" and not writes):
            found.append(f"{node.lineno}: {name}")
        if name == "load" and LOADERS & set(owners[-1:]):
            found.append(f"{node.lineno}: {owners[-1]}.load")
    return found


@pytest.mark.parametrize("name", SOURCES)
def test_a_file_is_opened_by_the_door_alone(name):
    assert name in EXEMPT or openings(SOURCES[name]) == []


@pytest.mark.parametrize("name", EXEMPT)
def test_every_exemption_is_needed(name):
    assert openings(SOURCES[name])


READS = [
    *("open(path)", "open(path, 'rb')", "open(path, mode='r')", "path.open()"),
    *("os.open(path, os.O_RDONLY)", "io.open(path, 'rb')", "path.read_bytes()"),
    *("Path(path).read_text(encoding='utf-8')", "np.load(path)", "np.fromfile(path)"),
    *("torch.load(path, weights_only=True)", "safe_open(path, framework='pt')"),
    *("load_file(path)", "zipfile.ZipFile(path)"),
]
OTHERS = ["read_bytes(path, limit=9)", "open(path, 'wb')", "path.open('a')", "json.loads(x)"]


@pytest.mark.parametrize("planted", READS)
def test_a_planted_opening_is_found(planted):
    assert openings(f"with {planted} as x: pass")


@pytest.mark.parametrize("source", [*OTHERS, "os.open(os.devnull, os.O_WRONLY)"])
def test_what_is_no_opening_is_not_reported(source):
    assert openings(source) == []


def test_a_regular_file_is_read_and_its_size_limited(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"12345")
    (tmp_path / "link").symlink_to(path)
    assert read_bytes(path, limit=5) == read_bytes(tmp_path / "link", limit=5) == b"12345"
    with refused(ReadError, f"{path} has 5 bytes; at most 4 are read"):
        read_bytes(path, limit=4)


def test_a_file_that_grows_is_read_up_to_the_limit(tmp_path, monkeypatch):
    path = tmp_path / "file"
    path.write_bytes(b"1" * 100)
    real = os.fstat(os.open(path, os.O_RDONLY))
    small = os.stat_result([*real[:6], 4, *real[7:]])
    monkeypatch.setattr(os, "fstat", lambda number: small)
    with refused(ReadError, f"{path} has more than 50 bytes, the most that is read"):
        read_bytes(path, limit=50)


def test_what_is_no_file_is_refused_without_waiting(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "zero").symlink_to("/dev/zero")
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "empty").touch()
    device = "is no regular file, and pipes and devices are not read; copy it into a file"
    for name, message in {
        "pipe": device,
        "zero": device,
        "": "is a folder; give the name of a file",
        "empty": "is empty; give a file with something in it",
        "absent": "does not exist; give the path of a file",
        "loop": "cannot be read: Too many levels of symbolic links",
        "empty/below": "cannot be read: Not a directory",
        "n" * 300: "cannot be read: File name too long",
    }.items():
        with refused(ReadError, f"{tmp_path / name} {message}"):
            read_bytes(tmp_path / name, limit=100)


def test_a_pipe_that_took_the_place_of_a_file_is_not_waited_for(tmp_path, monkeypatch):
    path = tmp_path / "pipe"
    path.write_text("a file")
    status = os.stat(path)
    path.unlink()
    os.mkfifo(path)
    monkeypatch.setattr(os, "stat", lambda name: status)
    with pytest.raises(ReadError, match="is no regular file"), opened(path, limit=100):
        pass


def test_names_are_printed_without_what_a_terminal_obeys():
    assert printable("\x1b]0;owned\x07\r\n\x9b2J\u202e\udcff é") == (
        r"\x1b]0;owned\x07\r\n\x9b2J\u202e\udcff é"
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"a": 1, "a": 1}', "the key 'a' is given twice; give each key once"),
        ('[{"b": {"c": [], "c": 2}}]', "the key 'c' is given twice; give each key once"),
        ("9" * 1001, f"the integer {'9' * 20}... has 1001 digits; at most 1000 are read"),
        (b"\xff", "not UTF-8 text"),
        ("[" * 100_000, "not JSON that is read: brackets are nested too deep"),
        ("", "not JSON: Expecting value: line 1 column 1 (char 0)"),
    ],
)
def test_json_is_read_strictly(text, message):
    with refused(ValueError, message):
        strict_json(text)


def test_json_is_otherwise_what_the_standard_library_reads():
    assert strict_json('{"a": [1, -2, 0.5, null, "\u00e9"]}') == {"a": [1, -2, 0.5, None, "é"]}
