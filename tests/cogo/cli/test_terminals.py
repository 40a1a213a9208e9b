"""What a terminal, a pipe or a disk may be like: every verb prints, or says in a line why not."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.command import cogo as run, environment

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
    "fuzz": ["fuzz", "Z3", "--claims", "path", "--examples", "2", *ONE],
    "narrow": ["narrow", "Z3", "--width", "5", "--starts", "1"],
    "infeasible": ["infeasible", "--help"],
}
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
#: Each command in a process of its own that has imported all, and prints to a full disk or to a
#: pipe that nobody reads; its exit code goes to stderr.
EACH = """
import json, os, sys
from cogo.cli.main import main, verb
read, pipe = os.pipe()
os.close(read)
outputs = {"disk": os.open("/dev/full", os.O_WRONLY), "pipe": pipe}
for _, words in (every := json.loads(sys.argv[1])):
    verb(words[0])
for output, words in every:
    if not os.fork():
        os.dup2(outputs[output], 1)
        main(words)
    print(os.waitstatus_to_exitcode(os.wait()[1]), file=sys.stderr, flush=True)
"""


def run_all(before: str = "", **options: Any) -> tuple[dict[str, tuple[int, str]], str]:
    """What each verb of `VERBS` printed, with its exit code; and what all wrote to stderr."""
    done = subprocess.run(
        [sys.executable, "-c", before + ALL, json.dumps(VERBS)],
        capture_output=True, text=True, timeout=200, check=True, **options,
    )  # fmt: skip
    said = [part.partition("\n") for part in done.stdout.split("verb ")[1:]]
    ends = {name: text.rpartition("exit ") for name, _, text in said}
    assert set(ends) == set(VERBS)
    return {name: (int(code), text) for name, (text, _, code) in ends.items()}, done.stderr


def test_every_verb_prints_on_a_terminal_of_ascii_and_of_no_width(good_files, cogo):
    found, errors = run_all(env=environment() | {"PYTHONIOENCODING": "ascii", "COLUMNS": "0"})
    for verb, (code, text) in found.items():
        assert code in (0, 1), verb
        assert len(text) > 20, verb
        assert text.isascii(), verb
    assert "Error" not in errors
    assert ".0 deg" in found["recognise"][1]
    assert ".0°" in cogo(*VERBS["recognise"]).out


def test_every_verb_says_that_the_working_folder_is_gone(tmp_path):
    gone = tmp_path / "gone"
    gone.mkdir()
    before = f"import os; os.rmdir({str(gone)!r})"
    found, errors = run_all(before, cwd=gone, env=environment())
    assert set(found.values()) == {(2, "")}
    message = "error: the working folder is gone; change to one that exists: cd /tmp\n"
    assert errors == message * len(VERBS)


def test_a_full_disk_under_the_output_is_a_line_and_a_reader_that_has_left_no_refutation(
    good_files,
):
    full = ("build", "show", "check", "claims", "prove", "recognise")
    left = (VERBS["build"], VERBS["prove"], ["build", "Z5", "--json"])
    every = [*(("disk", VERBS[verb]) for verb in full), *(("pipe", words) for words in left)]
    done = subprocess.run(
        [sys.executable, "-c", EACH, json.dumps(every)],
        capture_output=True, text=True, timeout=120, env=environment(),
    )  # fmt: skip
    message = "error: the output cannot be written: No space left on device\n"
    assert done.stderr == f"{message}2\n" * len(full) + "2\n" * len(left)


@pytest.mark.parametrize(
    "words",
    [
        "show NAME.json --tree NAME.png",
        "check NAME.cert.json NAME.json",
        "recognise NAME.npz --pictures NAME",
        "certify NAME.npz -o NAME2.cert.json",
        "claims blocks --graph NAME2.png",
        "prove Z3 --claims optimizers.six-per-frequency -o NAME.d",
        "train Z3 --width 8 --epochs 2 -o NAME.t",
        "build Z3 -o NAME.new.json",
        "build Z3 -o NAME.json",
        "compose --max-order 2 -o NAME.c.json",
    ],
)
def test_the_names_of_files_that_are_read_and_written_reach_no_terminal_as_they_are(
    words, good_files, capsys
):
    name = "a\x1b[31mb"
    for file in ("z.json", "z.cert.json", "w.npz"):
        Path(file).rename(name + file[1:])
    code, out, err = run(capsys, words.replace("NAME", name))
    assert "\x1b" not in out + err
    assert r"a\x1b[31mb" in out + err or words.startswith("prove")
    assert code in (0, 1, 2)
