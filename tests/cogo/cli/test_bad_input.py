"""What people type and have: every verb refuses it with argument, value and advice; exit code 2."""

from __future__ import annotations

import json
import os
import pickle
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.command import cogo, experiments
from tests.proofs.stand_alone import ROOT

pytestmark = pytest.mark.usefixtures("in_an_empty_folder")

FORMS = "write an Abelian group: Z7, 7, Z2xZ4, 2x4 or Z2^3"
#: A group as people type it, and what is said; the verbs that take a group.
GROUPS = {
    "": ["group=''", "a factor is missing", FORMS],
    "Z7x": ["group='Z7x'", "a factor is missing", FORMS],
    "Z10**6": ["group='Z10**6'", "cannot read 'Z10**6'", FORMS],
    "Z-7": ["group='Z-7'", "cannot read 'Z-7'", FORMS],
    "Z7.0": ["group='Z7.0'", "cannot read 'Z7.0'", FORMS],
    "Z0": ["group='Z0'", "cyclic orders are integers >= 1, such as Z2xZ4"],
    "Z1000001": ["group='Z1000001'", "has order 1000001; at most 1000000"],
    "Z" + "9" * 20: [f"group='Z{'9' * 20}'", "has order about 2^66; at most 1000000"],
    "Z" + "9" * 6000: ["group='Z99999999", "is too large; at most order 1000000"],
    "Z7\x1b[31m": [r"Z7\x1b[31m", "cannot read", FORMS],
}
GROUP_VERBS = {
    "build": ["build", "{}"],
    "prove": ["prove", "{}"],
    "fuzz": ["fuzz", "{}"],
    "train": ["train", "{}", "-o", "runs"],
    "narrow": ["narrow", "{}", "--width", "3"],
    "infeasible": ["infeasible", "{}", "--width", "3"],
    "sweep": ["sweep", "--groups", "{}", "-o", "runs"],
    "recognise": ["recognise", "w.npz", "--group", "{}"],
    "certify": ["certify", "w.npz", "--group", "{}", "-o", "new.cert.json"],
    "verify": ["verify", "w.npz", "--group", "{}", "-o", "w.verify.json"],
}
READ = "give the path of a file"
DEVICE = "is no regular file, and pipes and devices are not read; copy it into a file"
WEIGHTS = "weights are files ending in .npz, .npy, .safetensors, .pt, .pth, .ckpt"
SAVE = "save the state_dict alone: torch.save(model.state_dict(), path)"
FORMAT_VERBS = {
    "show": ["show", "{}"],
    "check": ["check", "{}"],
    "recognise": ["recognise", "{}"],
    "certify": ["certify", "{}", "-o", "new.cert.json"],
    "verify": ["verify", "{}", "-o", "new.verify.json"],
    "sweep": ["sweep", "{}", "-o", "runs"],
}
WEIGHT_VERBS = ("recognise", "certify", "verify")


def by(verbs: Iterable[str], *parts: str) -> dict[str, list[str]]:
    """The same for several verbs."""
    return {verb: list(parts) for verb in verbs}


#: A file that people name, and what each verb says of it besides its name.
FILES: dict[str, dict[str, list[str]]] = {
    "absent.json": {
        **by(("show", "check", "sweep"), "does not exist", READ),
        **by(WEIGHT_VERBS, WEIGHTS, "not .json"),
    },
    "absent.npz": by(("show", "check", "recognise", "certify"), "not exist", READ),
    "empty.npz": by(FORMAT_VERBS, "is empty; give a file with something in it"),
    "folder.npz": by(FORMAT_VERBS, "is a folder; give the name of a file"),
    "pipe.npz": by(FORMAT_VERBS, DEVICE),
    "zero.npz": by(FORMAT_VERBS, DEVICE),
    "pipe.pt": by(FORMAT_VERBS, DEVICE),
    "pipe.safetensors": by(FORMAT_VERBS, DEVICE),
    ".": {
        **by(("show", "check", "sweep"), "is a folder; give the name"),
        **by(WEIGHT_VERBS, "is a folder; give the name of a file of weights"),
    },
    "w.npz": {
        "show": ["holds weights, which are floats", "cogo recognise FILE", "cogo certify FILE"],
        "check": ["no certificate: holds weights", "cogo certify FILE"],
        "sweep": ["the plan is no UTF-8 text"],
    },
    "z.json": {
        "check": ["no certificate: an element", "cogo build GROUP -o FILE.cert.json"],
        "recognise": [WEIGHTS, "not .json"],
        "certify": [WEIGHTS, "not .json"],
        "sweep": ["format is no part of a plan; write groups"],
    },
    "z.cert.json": {"recognise": [WEIGHTS, "not .json"], "sweep": ["no part of a plan"]},
    "text.json": {
        "show": ["neither JSON nor weights", "cogo build GROUP -o FILE.cert.json"],
        "check": ["no certificate: neither JSON nor weights"],
    },
    "cut.json": {"show": ["not JSON: "], "check": ["an element"]},
    "cut.cert.json": {"show": ["not a certificate: text:"], "check": ["malformed: text:"]},
    "cut.npz": by(WEIGHT_VERBS, "no zip archive, which is what np.savez"),
    "cut.safetensors": by(WEIGHT_VERBS, "not a .safetensors file"),
    "cut.pt": by(WEIGHT_VERBS, "no zip archive", "torch.save writes"),
    "text.npz": by(WEIGHT_VERBS, "no zip archive, which is what np.savez"),
    "array.npz": by(WEIGHT_VERBS, "no zip archive, which is what np.savez"),
    "pickle.pt": by(WEIGHT_VERBS, "no zip archive", "torch.save writes"),
    "zip.pt": by(WEIGHT_VERBS, "not a .pt file written by torch.save"),
    "w.bin": by(WEIGHT_VERBS, WEIGHTS, "not .bin"),
    "escape\x1b[31m.npz": by(FORMAT_VERBS, r"escape\x1b[31m.npz"),
}
ROWS = [(verb, name) for name, verbs in FILES.items() for verb in verbs]


@pytest.fixture
def bad_files(capsys: pytest.CaptureFixture[str]) -> list[str]:
    words = ["build", "Z3", "--family", "six-per-frequency", "--param", "nu=1", "-q"]
    files = ["z.json", "z.cert.json", "w.npz", "w.safetensors", "w.pt"]
    assert cogo(capsys, *words, *(x for name in files for x in ("-o", name)))[0] == 0
    for name in files:
        suffix = name.partition(".")[2]
        data = Path(name).read_bytes()
        Path(f"cut.{suffix}").write_bytes(data[: len(data) * 2 // 3])
    Path("text.json").write_text("hello")
    Path("text.npz").write_text("hello")
    Path("w.bin").write_bytes(Path("w.pt").read_bytes())
    np.save("array.npy", np.ones(3))
    Path("array.npy").rename("array.npz")
    Path("pickle.pt").write_bytes(pickle.dumps({"W": [1.0]}))
    with zipfile.ZipFile("zip.pt", "w") as archive:
        archive.writestr("notes.txt", "hello")
    Path("empty.npz").touch()
    Path("there.verify.json").touch()
    Path("escape\x1b[31m.npz").touch()
    Path("folder.npz").mkdir()
    Path("zero.npz").symlink_to("/dev/zero")
    for suffix in ("npz", "pt", "safetensors"):
        os.mkfifo(f"pipe.{suffix}")
    return sorted(os.listdir())


def refused(code: int, out: str, err: str, parts: list[str]) -> None:
    """What all refusals have in common."""
    assert code == 2
    assert out == ""
    assert err.count("\n") == 1, err
    assert len(err) < 500
    for part in parts:
        assert part in err
    for word in ("Traceback", "Errno", "\x1b", "set_int_max_str_digits", "weights_only=False"):
        assert word not in err


@pytest.mark.parametrize("text", GROUPS, ids=lambda text: ascii(text[:30]))
@pytest.mark.parametrize("verb", GROUP_VERBS)
def test_a_group_that_cannot_be_read_is_quoted_with_what_to_write(verb, text, capsys):
    if verb in WEIGHT_VERBS:
        cogo(capsys, "build", "Z3", "-o", "w.npz", "-q")
    before = sorted(os.listdir())
    words = [word.format(text) for word in GROUP_VERBS[verb]]
    if verb == "sweep" and text == "":
        parts = ["groups=''", "write a group, such as Z23 or Z2xZ4"]
    else:
        parts = GROUPS[text]
    refused(*cogo(capsys, *words), parts)
    assert sorted(os.listdir()) == before


#: Other arguments of a verb, and what is said.
ARGUMENTS = {
    "decimal": (
        ["build", "Z7", "--param", "xi=0.5"],
        ["xi=0.5: '0.5'", "write a fraction"],
    ),
    "digits": (
        ["build", "Z7", "--param", f"xi={'7' * 5000}"],
        ["xi=7777", "an integer of 5000 digits; at most 4000 are read"],
    ),
    "products of many digits": (
        ["build", "Z7", "--family", "four-plus-six", "--param", f"xi=unit(1/{'7' * 3999})"],
        ["a number of more than 4300 digits is not written; set parameters to shorter numbers"],
    ),
    "no value": (["build", "Z7", "--param", "xi="], ["xi=", "expected a number"]),
    "an output that is there": (
        ["build", "Z3", "-o", "z.json"],
        ["z.json exists already", "--force"],
    ),
    "a picture that is there": (
        ["show", "z.json", "--tree", "w.npz"],
        ["w.npz exists already; pass --force"],
    ),
    "certify to what is there": (
        ["certify", "w.npz", "-o", "z.cert.json"],
        ["z.cert.json exists already; pass --force"],
    ),
    "verify to what is there": (
        ["verify", "w.npz", "-o", "there.verify.json"],
        ["there.verify.json exists already; pass --force"],
    ),
    "verify to another name": (
        ["verify", "w.npz", "-o", "new.json"],
        ["output=new.json: the name of such a file ends in .verify.json"],
    ),
    "verify away from the weights": (
        ["verify", "w.npz", "-o", "folder.npz/w.verify.json"],
        ["the checker looks for the weights beside it; pass w.verify.json"],
    ),
    "an activation that is none": (
        ["verify", "w.npz", "--activation", "gelu"],
        ["activation='gelu'; pass square, relu, abs, or power:n with n from 1 to 16"],
    ),
    "no folder": (["build", "Z3", "-o", "no/z.json"], ["no/z.json: the folder", "create it first"]),
    "a device": (["build", "Z3", "-o", "zero.npz"], ["zero.npz is no regular file"]),
    **{
        f"{words[0]} into a file": (
            [*words, "text.json"],
            ["text.json is no folder; give the name"],
        )
        for words in (
            ["prove", "Z3", "-o"],
            ["prove", "Z3", "--report"],
            ["train", "Z3", "-o"],
            ["sweep", "--groups", "Z3", "-o"],
            ["narrow", "Z3", "--width", "5", "-o"],
            ["experiments", "fig5", "--quick", "-o"],
        )
    },
}


@pytest.mark.parametrize("case", ARGUMENTS)
def test_an_argument_is_refused_with_its_name_and_value_and_what_to_do(case, capsys, bad_files):
    words, parts = ARGUMENTS[case]
    if words[0] == "experiments":
        refused(*experiments(capsys, *words[1:]), parts)
    else:
        refused(*cogo(capsys, *words), parts)
    assert sorted(os.listdir()) == bad_files


@pytest.mark.parametrize(("verb", "name"), ROWS, ids=[f"{v}-{n!a}" for v, n in ROWS])
def test_a_file_that_is_not_what_a_verb_reads_is_named_with_what_to_do(
    verb, name, capsys, bad_files
):
    words = [word.format(name) for word in FORMAT_VERBS[verb]]
    code, out, err = cogo(capsys, *words)
    shown = name.replace("\x1b", r"\x1b")
    refused(code, out, err, [*([shown] if name != "." else []), *FILES[name][verb]])
    assert sorted(os.listdir()) == bad_files


SCRIPT = "from cogo.cli.main import main; main()"


def run(*words: str, cwd: Path | None = None, **environment: str):
    """The command in a process of its own, without a terminal."""
    return subprocess.run(
        [sys.executable, "-c", SCRIPT, *words],
        capture_output=True,
        cwd=cwd,
        timeout=120,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
    )


#: Every verb, at work and in little time.
ONE = ["--workers", "1"]
VERBS = {
    "prove": ["prove", "Z3", "--claims", "blocks"],
    "laws": ["laws", "--help"],
    "claims": ["claims", "blocks"],
    "build": ["build", "Z5"],
    "show": ["show", "z.json"],
    "check": ["check", "z.cert.json"],
    "train": ["train", "Z3", "--width", "8", "--epochs", "2", "-o", "runs"],
    "sweep": ["sweep", "--groups", "Z3", "--widths", "8", "--epochs", "2", "-o", "s", *ONE],
    "recognise": ["recognise", "w.npz"],
    "certify": ["certify", "w.npz", "-o", "new.cert.json"],
    "verify": ["verify", "w.npz"],
    "compose": ["compose", "--max-order", "2"],
    "fuzz": ["fuzz", "Z3", "--claims", "path", "--examples", "2", "--workers", "1"],
    "narrow": ["narrow", "Z3", "--width", "5", "--starts", "1"],
    "infeasible": ["infeasible", "--help"],
}


@pytest.fixture
def good_files(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["build", "Z3", "--family", "six-per-frequency", "--param", "nu=zeta(5)", "-q"]
    files = ["z.json", "z.cert.json", "w.npz"]
    assert cogo(capsys, *words, *(x for name in files for x in ("-o", name)))[0] == 0


#: All verbs in one process, each after its name; the exit code after what it prints.
ALL = """
import json, sys
from cogo.cli.main import main
for name, words in json.loads(sys.argv[1]).items():
    print("verb", name, flush=True)
    try:
        main(words)
    except SystemExit as stop:
        print("exit", stop.code or 0, flush=True)
"""


def run_all(before: str = "", **options: Any) -> tuple[dict[str, tuple[int, str]], str]:
    """What each verb of `VERBS` printed, with its exit code; and what all wrote to stderr."""
    done = subprocess.run(
        [sys.executable, "-c", before + ALL, json.dumps(VERBS)],
        capture_output=True,
        text=True,
        timeout=200,
        check=True,
        **options,
    )
    said = [part.partition("\n") for part in done.stdout.split("verb ")[1:]]
    ends = {name: text.rpartition("exit ") for name, _, text in said}
    assert set(ends) == set(VERBS)
    return {name: (int(code), text) for name, (text, _, code) in ends.items()}, done.stderr


def test_every_verb_prints_on_a_terminal_of_ascii_and_of_no_width(good_files):
    environment = {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "ascii", "COLUMNS": "0"}
    found, errors = run_all(env={**os.environ, **environment})
    for verb, (code, text) in found.items():
        assert code in (0, 1), verb
        assert len(text) > 20, verb
        assert text.isascii(), verb
    assert "Error" not in errors


def test_signs_that_a_terminal_lacks_are_written_in_words(good_files):
    found = run(*VERBS["recognise"], PYTHONIOENCODING="ascii")
    assert b".0 deg" in found.stdout
    plain = run(*VERBS["recognise"], PYTHONIOENCODING="utf-8")
    assert ".0°" in plain.stdout.decode()


def test_every_verb_says_that_the_working_folder_is_gone(tmp_path):
    gone = tmp_path / "gone"
    gone.mkdir()
    found, errors = run_all(
        f"import os; os.rmdir({str(gone)!r})",
        cwd=gone,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert set(found.values()) == {(2, "")}
    message = "error: the working folder is gone; change to one that exists: cd /tmp\n"
    assert errors == message * len(VERBS)


@pytest.mark.parametrize("verb", ["build", "show", "check", "claims", "prove", "recognise"])
def test_a_full_disk_under_the_output_is_said_in_one_line(verb, good_files):
    with open("/dev/full", "w") as full:
        found = subprocess.run(
            [sys.executable, "-c", SCRIPT, *VERBS[verb]],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=120,
            check=False,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
    message = "error: the output cannot be written: No space left on device\n"
    assert (found.returncode, found.stderr) == (2, message)


@pytest.mark.parametrize(
    "checker", ["checker", "existence_checker", "infeasible_checker", "network_checker"]
)
def test_a_stand_alone_checker_waits_for_no_pipe_and_reads_no_device(checker, bad_files):
    found = subprocess.run(
        [
            sys.executable,
            "-I",
            str(ROOT / "proofs" / "certificates" / f"{checker}.py"),
            "pipe.npz",
            "zero.npz",
            ".",
        ],
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    assert found.returncode == 2
    assert len(re.findall("malformed: .*: not a regular file\n", found.stdout)) == 3


def test_the_names_of_files_that_are_read_and_written_reach_no_terminal_as_they_are(capsys):
    name = "a\x1b[31mb"
    code, out, err = cogo(
        capsys,
        "build",
        "Z3",
        *(x for s in ("json", "cert.json", "npz") for x in ("-o", f"{name}.{s}")),
    )
    outputs = [(code, out, err)]
    for words in (
        ["show", f"{name}.json", "--tree", f"{name}.png"],
        ["check", f"{name}.cert.json", f"{name}.json"],
        ["recognise", f"{name}.npz", "--pictures", f"{name}"],
        ["certify", f"{name}.npz", "-o", f"{name}2.cert.json"],
        ["claims", "blocks", "--graph", f"{name}2.png"],
        ["prove", "Z3", "--claims", "optimizers.six-per-frequency", "-o", f"{name}.d"],
        ["train", "Z3", "--width", "8", "--epochs", "2", "-o", f"{name}.t"],
        ["build", "Z3", "-o", f"{name}.json"],
        ["compose", "--max-order", "2", "-o", f"{name}.c.json"],
    ):
        outputs.append(cogo(capsys, *words))
    for code, out, err in outputs:
        assert "\x1b" not in out + err
        assert code in (0, 1, 2)
    assert sum(r"a\x1b[31mb" in out + err for _, out, err in outputs) >= 9
