"""Every key that ``--json`` prints says what it is, or the page on the command line explains it."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cogo import build, embed, write_weights
from cogo.cli.main import VERBS
from cogo.cli.train import _document as train_document
from experiments.result import Result, Row
from numeric.sweeps.folder import COLUMNS
from numeric.training.settings import Settings
from numeric.training.train import train
from tests.numeric.trained_like import TRAINED

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "reference" / "command-line.md"
#: Objects whose keys are names: of blocks, frequencies, orders, files.
NAMED = {
    "orders", "compositions", "table2", "errors", "parameters", "tried", "potentials", "replaced",
    "failed", "machine", "settings", "inputs", "outputs",
}  # fmt: skip
#: Keys that say what they are.
PLAIN = {
    "accepted", "accuracy", "activation", "d", "dimension", "distance", "dtype", "epochs", "error",
    "family", "file", "folder", "frequencies", "frequency", "group", "live nodes", "loss", "lr",
    "message", "name", "node", "notes", "operation", "operation accuracy", "optimizer", "output",
    "plan", "potentials", "representation", "run", "seconds", "seed", "settings", "train_accuracy",
    "train_fraction", "train_loss", "trained loss", "trained width", "weight_decay", "width",
}  # fmt: skip
#: Of an operation, explained once, under recognise.
BIJECTIONS = {"p", "s", "r", "rows", "columns", "outputs"}


def documented(verb: str) -> set[str]:
    text = PAGE.read_text(encoding="utf-8")
    section = text[text.index("## What `--json` prints") : text.index("## Errors")]
    part = section[section.index(f"**{verb}**") :]
    end = part.find("\n**", 3)
    return PLAIN | BIJECTIONS | names(part[: end if end > 0 else None])


def names(text: str) -> set[str]:
    return set(re.findall(r"`([^`]+)`", re.sub(r"\s+", " ", text)))


def keys(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            if key not in NAMED:
                yield from keys(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from keys(inner)


def missing_verbs(page: str) -> set[str]:
    """Return the verbs that have no row, or whose options are not printed."""
    rows = set(re.findall(r"^\| \[?`(\w+)`", page, re.MULTILINE))
    helped = set(re.findall(r"^cogo (\w+) -h$", page, re.MULTILINE))
    return set(VERBS) - (rows & helped)


def test_every_verb_has_a_row_and_its_options_are_printed():
    page = PAGE.read_text(encoding="utf-8")
    assert missing_verbs(page) == set()
    assert missing_verbs(page.replace("cogo fuzz -h\n", "")) == {"fuzz"}
    assert missing_verbs(page.replace("| `laws` |", "| laws |")) == {"laws"}


def test_keys_of_recognise_verify_and_certify_are_documented(cogo):
    write_weights("s3.npz", embed(build("S3")))
    page = PAGE.read_text(encoding="utf-8")
    assert [x for x in BIJECTIONS if f"`{x}`" not in page] == []
    for file in (TRAINED, "s3.npz"):
        [found] = cogo("recognise", file, "--json").json
        proved = found.pop("proved") if file == "s3.npz" else {}
        assert set(keys(found)) <= documented("recognise")
        assert set(keys(proved)) <= documented("verify")
        verified = cogo("verify", file, "--json").json
        assert set(keys(verified)) <= documented("verify")
        certified = cogo("certify", file, "-o x.cert.json --force --json").json
        assert set(keys(certified)) <= documented("certify")
    named = cogo("certify", TRAINED, "-o y.cert.json --named --json").json
    assert set(named) <= documented("certify")


def test_keys_of_train_and_sweep_are_documented():
    for group in ("Z5", "S3"):
        settings = Settings(group=group, width=8, epochs=1)
        document = train_document(settings, train(settings), {0: Path("seed0.safetensors")}, 1.0)
        assert set(keys(document)) <= documented("train")
    whole = {"folder", "plan", "found", "trained", "failed", "damaged", "index", "runs"}
    assert {*COLUMNS, *whole} <= documented("sweep")


def test_keys_of_reproduce_are_documented():
    row = Row(quantity="q", values=(1.0, 2.0))
    result = Result(
        name="n", title="t", paper="p", rows=(row,), notes=(), quick=True, part="", missing=(),
        settings={}, pictures=(), certificates=(),
    )  # fmt: skip
    page = (ROOT / "docs" / "how-to" / "experiments.md").read_text(encoding="utf-8")
    said = names(page[page.index("With `--json`") :])
    plain = {"certificates", "experiment", "machine", "pictures", "quick", "rows", "title", "unit"}
    assert set(keys(result.as_json())) <= said | plain | {"notes", "settings", "verdict"}
