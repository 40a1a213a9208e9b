"""What holds of each of the checkers that are one file of plain Python."""

import ast
import json
import os
import re
import signal
import stat
import subprocess
import sys

import pytest

from tests.proofs.certificates import (
    test_checker as exact,
    test_existence_checker as existence,
    test_network_checker as network,
    test_table_checker as over_tables,
)
from tests.proofs.stand_alone import CHECKERS, altered, copied, load, mutated
from tests.proofs.widths import test_infeasible as infeasible

NAMES = ("checker", "existence_checker", "infeasible_checker", "network_checker", "table_checker")
READERS = [name for name in NAMES if name != "network_checker"]
#: Of the standard library, but of no use to a checker that only reads files.
FOREIGN = {"socket", "urllib", "http", "random", "cmath", "decimal", "ctypes", "pickle"}
FORBIDDEN = {"float", "complex", "round", "eval", "exec", "compile", "__import__", "sqrt"}


def path_of(name):
    return CHECKERS / f"{name}.py"


def wrong_in(source):
    """What a checker must not have: other modules, floats, true division, running of text."""
    imported = set(re.findall(r"^\s*(?:import|from) ([\w.]+)", source, re.MULTILINE))
    found = {name for name in imported if name not in sys.stdlib_module_names or name in FOREIGN}
    for x in ast.walk(ast.parse(source)):
        if isinstance(getattr(x, "value", None), (float, complex)):
            found.add("a float")
        if isinstance(x, ast.Div):
            found.add("true division")
        found |= {getattr(x, "id", None), getattr(x, "attr", None)} & FORBIDDEN
    return found


@pytest.mark.parametrize("name", NAMES)
def test_a_checker_imports_the_standard_library_alone_and_knows_no_float(name):
    assert wrong_in(path_of(name).read_text()) == set()


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("import numpy", "numpy"),
        ("    from random import random", "random"),
        ("x = 0.5", "a float"),
        ("x = 1 / 2", "true division"),
        ("x /= 2", "true division"),
        ("eval('1')", "eval"),
        ("x = math.sqrt(2)", "sqrt"),
    ],
)
def test_what_a_checker_must_not_have_is_seen(line, wrong):
    indented = f"def f(x):\n    {line.strip()}\n"
    assert wrong_in(indented) == {wrong}


def functions(name):
    tree = ast.parse(path_of(name).read_text())
    return {n.name: ast.unparse(n) for n in tree.body if isinstance(n, ast.FunctionDef)}


@pytest.mark.parametrize("name", ["parse", "expect", "check_file"])
def test_the_checkers_read_text_and_report_in_the_same_words(name):
    for other in ("existence_checker", "table_checker"):
        assert functions(other)[name] == functions("checker")[name]


@pytest.mark.parametrize("name", READERS)
def test_a_file_may_be_as_long_as_the_limit_and_no_longer(name, tmp_path, capsys):
    module = load(path_of(name))
    path = tmp_path / "file.json"
    path.write_bytes(b"{}")
    for most, said in ((2, "missing key 'format'"), (1, "more than 1 bytes")):
        module.MAX_FILE = most
        assert module.main([str(path)]) == 2
        out, err = capsys.readouterr()
        assert said in out
        assert err == ""


@pytest.mark.parametrize("name", READERS)
def test_what_is_no_regular_file_is_not_opened(name, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    os.mkfifo("pipe")  # to open it would wait for a writer
    os.symlink("loop", "loop")
    said = {
        "missing": "not checked (FileNotFoundError)",
        "-": "not checked (FileNotFoundError)",
        "loop": "not checked (OSError)",
        **dict.fromkeys((".", "pipe", "/dev/zero"), "not a regular file"),
    }
    assert load(path_of(name)).main([*said, "new\nline"]) == 2
    out, err = capsys.readouterr()
    said["'new\\nline'"] = said["missing"]
    assert (out.splitlines(), err) == ([f"{x}: malformed: file: {y}" for x, y in said.items()], "")


INFEASIBLE = json.loads(infeasible.SMALL[0].read_bytes())
REAL = "accepted: Z2, 2 nodes, 0 parameters, target projected: the weights are real (6 entries); "
#: Of each checker a file that is right and one that is not, and how what it says of them begins.
ALONE = {
    "checker": (
        exact.Z2,
        exact.FALSE["no nodes"],
        f"{REAL}of 2 entries of T with a term, up to conjugation, 1 are 1 and 1 are 0, exactly",
        "refuted: ",
    ),
    "existence_checker": (
        existence.SMALL,
        existence.SMALL | {"radius": 1},
        "accepted: ",
        f"unproved: row 0, unknown 1: {existence.ROW}",
    ),
    "infeasible_checker": (
        INFEASIBLE,
        INFEASIBLE | {"scale": 5},
        "accepted: Z3",
        "refuted: the coefficient of",
    ),
    "network_checker": (
        network.GOOD,
        altered(network.GOOD, *network.CHEATS["margin raised a little"][:2]),
        "accepted: ",
        "refuted: margin: it is below the bounds",
    ),
    "table_checker": (
        over_tables.tree(),
        over_tables.tree() | {"nodes": []},
        "accepted: a table of 6 x 6, 10 nodes, target onehot",
        "refuted: ",
    ),
}


@pytest.mark.parametrize("name", NAMES)
def test_a_copy_runs_alone_and_writes_nothing(name, tmp_path):
    right, wrong, accepted, refuted = ALONE[name]
    run = copied(path_of(name), tmp_path)
    files = {"good.json": json.dumps(right), "false.json": json.dumps(wrong), "bad.json": "{"}
    for file, text in files.items():
        (tmp_path / file).write_text(text)
    (tmp_path / "w.safetensors").write_bytes(network.DATA)
    tmp_path.chmod(stat.S_IRUSR | stat.S_IXUSR)
    found = run("good.json", "false.json", "good.json")
    assert (found.returncode, found.stderr) == (1, "")
    good, bad, again = found.stdout.splitlines()
    assert good == again
    assert good.startswith(f"good.json: {accepted}")
    assert bad.startswith(f"false.json: {refuted}")
    found = run("bad.json", "absent", "good.json")
    assert (found.returncode, found.stderr, len(found.stdout.splitlines())) == (2, "", 3)
    assert {path.name for path in tmp_path.iterdir()} == {f"{name}.py", "w.safetensors", *files}
    tmp_path.chmod(stat.S_IRWXU)


@pytest.mark.parametrize("name", NAMES)
def test_a_verdict_that_cannot_be_written_is_none(name):
    with open("/dev/full", "w") as full:
        command = [sys.executable, "-I", str(path_of(name)), "missing"]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, check=False)
    assert (done.returncode, done.stderr) == (2, b"")


@pytest.mark.parametrize("name", NAMES)
def test_the_exit_code_is_that_of_the_worst_file(name):
    module = load(path_of(name))
    codes = {"accepted": 0, "refuted": 1, "malformed": 2}
    told = "check" if name == "network_checker" else "check_file"
    setattr(module, told, lambda path: (codes[path], path))
    for files, code in ((["accepted"], 0), (["accepted", "refuted"], 1), ([*codes], 2)):
        assert module.main(files) == module.main(files[::-1]) == code


@pytest.mark.parametrize("name", NAMES)
def test_no_file_is_told_how_to_use_it(name, capsys):
    assert load(path_of(name)).main([]) == 2
    out, err = capsys.readouterr()
    assert (out, err.startswith(f"usage: python {name}.py FILE")) == ("", True)


@pytest.mark.parametrize("module", ["A", "__main", "__main__x", "z"])
@pytest.mark.parametrize("name", NAMES)
def test_a_checker_runs_only_as_the_program(name, module):
    code = compile(path_of(name).read_text(), name, "exec")
    exec(code, {"__name__": module})  # else SystemExit


def test_a_sentence_is_changed_only_where_it_stands_once():
    assert mutated(path_of("checker"), "MAX_TERMS = ", "MAX_TERMS = 1 + ").MAX_NODES == 100_001
    with pytest.raises(AssertionError):
        mutated(path_of("checker"), "return", "pass")


def test_an_interrupt_leaves_no_traceback_and_no_acceptance(tmp_path, as_in_a_terminal):
    (tmp_path / "long.json").write_text(json.dumps(exact.make.memorization(13)))
    process = subprocess.Popen(
        [sys.executable, "-I", str(path_of("checker")), *["long.json"] * 200],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    process.stdout.readline()
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (2, b"")


def test_too_little_memory_leaves_no_traceback(tmp_path):
    resource = pytest.importorskip("resource")
    (tmp_path / "large.json").write_bytes(b"[" + b"{}," * (2**24 // 3 - 2) + b"{}]")

    def limit():
        resource.setrlimit(resource.RLIMIT_AS, (150 * 2**20,) * 2)

    found = copied(path_of("checker"), tmp_path)("large.json", preexec_fn=limit)
    assert (found.returncode, found.stderr) == (2, "")
    assert found.stdout == "large.json: malformed: file: not checked (MemoryError)\n"


def test_the_checker_is_short():
    assert len(path_of("checker").read_text().splitlines()) <= 353
