"""The folder of a sweep, whose files docs/how-to/train.md lists: all are written by rename, and
what is finished is read off the files alone.
"""

import csv
import hashlib
import io
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, final

from algebra.machine.held import held_folder
from algebra.machine.read_file import read_bytes, strict_json
from algebra.machine.write_file import make_folder, write_bytes
from algebra.numbers.arrays import Floats
from numeric.sweeps.plan import MAX_FILE, SweepPlan, plan_from_document, run_name
from numeric.training.settings import MEASURED, Settings, settings_from_text, unlike
from numeric.weights.files import read_weights, write_weights
from numeric.weights.plain_network import TwoLayer

#: Folders, and the endings of their files of a run.
FOLDERS = {"runs": ".safetensors", "seconds": ".txt", "failed": ".json", "damaged": "", "work": ""}
DIGEST = "sha256"
MAX_FAILURE = 1 << 20
#: The columns of the index.
COLUMNS = (
    "run", "status", "group", "d", "width", "weight_decay", "lr", "train_fraction", "seed",
    "epochs", "optimizer", "dtype", *MEASURED, "seconds", "error",
)  # fmt: skip


@final
@dataclass(frozen=True, slots=True)
class SweepFolder:
    """A folder of runs of one plan."""

    path: Path
    plan: SweepPlan

    def file(self, folder: str, run: Settings) -> Path:
        """Return where the weights of a run are or will be, its seconds, its failure."""
        return self.path / folder / f"{run_name(run)}{FOLDERS[folder]}"

    def outcome(self, run: Settings) -> TwoLayer | str | None:
        """Return the network of a finished run, after reading its file, or the error of one that
        failed; None if it is missing or damaged. A file of an error cut short counts as none.
        """
        with suppress(ValueError, KeyError, TypeError):
            network = read_weights(self.file("runs", run))
            same = settings_from_text(network.metadata["settings"]) == run
            if same and network.metadata[DIGEST] == digest(network.state()):
                return network
        with suppress(ValueError, KeyError, TypeError):
            document = strict_json(read_bytes(self.file("failed", run), limit=MAX_FAILURE))
            if settings_from_text(document["settings"]) == run:
                return str(document["error"])
        return None

    def write_run(self, run: Settings, network: TwoLayer, seconds: float) -> None:
        """Write a finished run, and apart from its file, which is reproducible, its time."""
        write_bytes(self.file("seconds", run), f"{seconds:.3f}\n".encode(), force=True)
        texts = {**network.metadata, DIGEST: digest(network.state())}
        network = replace(network, metadata=texts)
        write_weights(self.file("runs", run), network, force=True)
        self.file("failed", run).unlink(missing_ok=True)

    def seconds(self, run: Settings) -> float | None:
        """Return how long the training of a run took, None if that was not recorded."""
        try:
            return float(read_bytes(self.file("seconds", run), limit=32))
        except ValueError:
            return None

    def write_failure(self, run: Settings, error: str) -> None:
        """Record that a run failed."""
        text = json.dumps({"settings": run.to_text(), "error": error}, indent=1)
        write_bytes(self.file("failed", run), text.encode(), force=True)

    def rows(self) -> list[dict[str, Any]]:
        """Return the index: a row for each run of the plan, from the files."""
        return [self._row(run) for run in self.plan.runs()]

    def _row(self, run: Settings) -> dict[str, Any]:
        row: dict[str, Any] = {
            **asdict(run),
            "run": run_name(run),
            "status": "missing",
            "d": run.multiplied().order,
            "seed": run.seeds[0],
        }
        found = self.outcome(run)
        if isinstance(found, TwoLayer):
            row["status"], row["seconds"] = "done", self.seconds(run)
            for name in MEASURED:
                values = found.metadata.get(f"history.{name}", "").split()
                row[name] = float(values[-1]) if values else None
        elif found is not None:
            row["status"], row["error"] = "failed", found
        return {name: row.get(name) for name in COLUMNS}

    def write_index(self) -> Path:
        """Write the index, and return its path."""
        text = io.StringIO()
        writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(self.rows())
        index = self.path / "index.csv"
        write_bytes(index, text.getvalue().encode(), force=True)
        return index


def digest(arrays: Mapping[str, Floats]) -> str:
    """Return the SHA-256 of arrays in the order of their names, as hexadecimal digits."""
    made = hashlib.sha256()
    for name in sorted(arrays):
        x = arrays[name]
        made.update(x.astype(x.dtype.newbyteorder("<"), order="C", copy=False).tobytes())
    return made.hexdigest()


def read_folder(path: str | Path, *, plan: SweepPlan | None = None) -> SweepFolder:
    """Return a folder that has been swept into, for reading."""
    known = _recorded(Path(path), plan)
    if known is None:
        raise ValueError(f"{path} holds no sweep: there is no plan.json")
    return SweepFolder(Path(path), known)


@contextmanager
def locked(path: str | Path, plan: SweepPlan) -> Iterator[SweepFolder]:
    """Give the folder of a plan, made if need be, that no other sweep writes to meanwhile."""
    folder = Path(path)
    with held_folder(folder):
        if _recorded(folder, plan) is None:
            write_bytes(folder / "plan.json", plan.to_text().encode())
        for name in FOLDERS:
            make_folder(folder / name)
            for left in (folder / name).glob(".cogo-*.part"):
                left.unlink(missing_ok=True)
        yield SweepFolder(folder, plan)


def _recorded(folder: Path, plan: SweepPlan | None) -> SweepPlan | None:
    """Return the plan of a folder, if it has one; it is to be that plan."""
    path = folder / "plan.json"
    if not path.exists():
        return None
    try:
        known = plan_from_document(strict_json(read_bytes(path, limit=MAX_FILE)))
    except ValueError as error:
        raise ValueError(
            f"{path} is damaged: {error}; restore it, or give another folder"
        ) from None
    if plan is not None and (different := unlike(known, plan)):
        raise ValueError(
            f"{folder} holds another sweep: {different}; pass its settings, or another folder"
        )
    return known
