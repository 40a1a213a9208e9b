"""The panel Training: one run at a time, in a process of its own, watched while it goes."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

from algebra.groups.finite_group import FiniteGroup
from cogo.page.asked import AskedError, mapping, text, whole
from numeric.training.settings import Settings, SettingsError

MAX_ORDER, MAX_WIDTH, MAX_EPOCHS = 64, 1024, 50_000


class Training:
    """The run of a page: started, watched, cancelled; a new one ends the one before."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="cogo-page-")
        self._lock = threading.Lock()
        self._process: subprocess.Popen[str] | None = None
        self._snapshots: list[dict[str, Any]] = []
        self._state = "idle"

    @property
    def weights(self) -> Path:
        """The file that a finished run leaves."""
        return Path(self._folder.name) / "trained.npz"

    def start(self, data: Any) -> dict[str, Any]:
        """Start a run with the settings of a request.

        Raises:
            AskedError: for settings that cannot be trained with, or are too large for a page.
        """
        settings = _settings(mapping(data, "request"))
        self.cancel(None)
        with self._lock:
            self.weights.unlink(missing_ok=True)
            self._snapshots, self._state = [], "running"
            self._process = subprocess.Popen(
                [sys.executable, "-m", "cogo.page.trainer", settings.to_text(), str(self.weights)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            threading.Thread(target=self._watch, args=[self._process], daemon=True).start()
        return {"epochs": settings.epochs, "settings": json.loads(settings.to_text())}

    def poll(self, data: Any) -> dict[str, Any]:
        """Return the state, and the snapshots from a number on."""
        since = max(0, whole(mapping(data, "request").get("since", 0), "since"))
        return {"state": self._state, "snapshots": self._snapshots[since:]}

    def cancel(self, _: Any) -> dict[str, Any]:
        """End the run, if there is one."""
        with self._lock:
            if self._process is not None and self._process.poll() is None:
                self._process.kill()
                self._process.wait()
                self._state = "cancelled"
        return {"state": self._state}

    def close(self) -> None:
        """End the run, and remove what it left."""
        self.cancel(None)
        self._folder.cleanup()

    def _watch(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        assert process.stderr is not None
        done = False
        for line in process.stdout:
            found = json.loads(line)
            if process is not self._process:
                return
            if found.get("done"):
                done = True
            else:
                self._snapshots.append(found)
        error = process.stderr.read().strip().splitlines()
        with self._lock:
            if process is self._process and self._state == "running":
                self._state = "done" if done else f"failed: {(error or ['it was ended'])[-1]}"


def _settings(data: Any) -> Settings:
    try:
        settings = Settings(
            group=text(data, "group", "Z7"),
            width=whole(data.get("width", 64), "width"),
            seeds=(whole(data.get("seed", 0), "seed"),),
            epochs=whole(data.get("epochs", 2000), "epochs"),
            lr=_number(data, "lr", 0.01),
            weight_decay=_number(data, "weight_decay", 5e-5),
            train_fraction=_number(data, "train_fraction", 1.0),
            optimizer=text(data, "optimizer", "adam"),  # type: ignore[arg-type]
            log_every=100,
        )
    except (SettingsError, ValueError) as error:
        raise AskedError(str(error)) from None
    if isinstance(settings.task().group, FiniteGroup):
        raise AskedError(f"{settings.group} is not Abelian; use cogo train")
    for name, value, most in (
        ("order of the group", settings.task().group.order, MAX_ORDER),
        ("width", settings.width, MAX_WIDTH),
        ("epochs", settings.epochs, MAX_EPOCHS),
    ):
        if value > most:
            raise AskedError(f"{name} {value}; the page trains up to {most}: use cogo train")
    return settings


def _number(data: Any, name: str, default: float) -> float:
    value = data.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise AskedError(f"{name}: expected a number")
    return float(value)
