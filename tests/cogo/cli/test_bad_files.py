"""Files that people name: every verb that reads one refuses what it is not, with what to do."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterable

import pytest

from tests.proofs.stand_alone import ROOT

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
    "three.npz": by(
        WEIGHT_VERBS[:2], "three inputs are not supported; there are W (40, 30), V (10"
    ),
    "nan.npz": by(WEIGHT_VERBS, "layera: the weight at (3, 4) is nan, not a finite number"),
    "inf.npz": by(WEIGHT_VERBS, "layera: the weight at (3, 4) is inf, not a finite number"),
    "objects.npz": by(WEIGHT_VERBS, "layera: it needs pickle, which is not read; save it as"),
    "pickled.pt": by(WEIGHT_VERBS, "pickled.pt: "),
    "pickle.pt": by(WEIGHT_VERBS, "no zip archive", "torch.save writes"),
    "zip.pt": by(WEIGHT_VERBS, "not a .pt file written by torch.save"),
    "w.bin": by(WEIGHT_VERBS, WEIGHTS, "not .bin"),
    "escape\x1b[31m.npz": by(FORMAT_VERBS, r"escape\x1b[31m.npz"),
}
ROWS = [(verb, name) for name, verbs in FILES.items() for verb in verbs]


@pytest.mark.parametrize(("verb", "name"), ROWS, ids=[f"{v}-{n!a}" for v, n in ROWS])
def test_a_file_that_is_not_what_a_verb_reads_is_named_with_what_to_do(
    verb, name, refused, recwarn
):
    shown = [name.replace("\x1b", r"\x1b")] * (name != ".")
    refused([word.format(name) for word in FORMAT_VERBS[verb]], *shown, *FILES[name][verb])
    assert not recwarn.list  # outside of a test they would be lines on stderr


@pytest.mark.parametrize(
    "checker", ["checker", "existence_checker", "infeasible_checker", "network_checker"]
)
def test_a_stand_alone_checker_waits_for_no_pipe_and_reads_no_device(checker, bad_files):
    found = subprocess.run(
        [
            *(sys.executable, "-I", str(ROOT / "proofs" / "certificates" / f"{checker}.py")),
            *("pipe.npz", "zero.npz", "."),
        ],
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
        cwd=bad_files,
    )
    assert found.returncode == 2
    assert len(re.findall("malformed: .*: not a regular file\n", found.stdout)) == 3
