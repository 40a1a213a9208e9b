"""The panel Training: the settings of a run, checked before it is started."""

from __future__ import annotations

import json
from typing import Any

from algebra.groups.finite_group import FiniteGroup
from algebra.machine.read_file import read_bytes
from cogo.page.asked import AskedError, mapping, text, whole
from cogo.page.runs import Runs
from numeric.training.settings import Settings, SettingsError

MAX_ORDER, MAX_WIDTH, MAX_EPOCHS, MAX_FILE = 64, 1024, 50_000, 64 << 20


def start(runs: Runs, data: Any) -> dict[str, Any]:
    """Start a run with the settings of a request.

    Raises:
        AskedError: for settings that cannot be trained with, or are too large for a page.
    """
    settings = _settings(mapping(data, "request"))
    run = runs.start("cogo.page.trainer", settings.to_text())
    return {"run": run, "epochs": settings.epochs, "settings": json.loads(settings.to_text())}


def weights(runs: Runs, data: Any) -> tuple[str, bytes]:
    """Return the weights that a finished run left."""
    path = runs.file(whole(mapping(data, "request").get("run", 0), "run"))
    if not path.exists():
        raise AskedError("there is no finished run; train one first")
    return "trained.npz", read_bytes(path, limit=MAX_FILE)


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
