"""A failure that a campaign found: stored as plain data, replayed, and printed as Python."""

from __future__ import annotations

import ast
import hashlib
import importlib
import json
import re
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, final

from algebra.machine.read_file import printable, read_bytes
from algebra.machine.strict_json import strict_json
from algebra.machine.write_file import make_folder, write_bytes
from proofs.fuzzing.plain_data import PlainDataError, as_code, decode, encode
from proofs.properties.registry import property_named
from proofs.subjects.subject import INSTALLED, Subject

MAX_FILE = 1 << 24
#: The name of the subject that is not a planted fault.
INSTALLED_NAME = "proofs.subjects.subject:INSTALLED"
_KEYS = {"format", "version", "property", "statement", "counterexample", "value", "seed", "subject"}
_KEYS |= {"versions", "python"}


class FailureFileError(ValueError):
    """Raised for a file that is no stored failure; the message says why."""


@final
@dataclass(frozen=True, slots=True)
class Failure:
    """A drawn value for which a property does not hold, shrunk.

    Attributes:
        property_id: of the property.
        value: the value, in the forms of `proofs.fuzzing.plain_data`.
        counterexample: what is wrong, in words.
        seed: of the piece of the campaign that found it.
        subject: the name ``module:NAME`` of the code under test, or how it printed.
    """

    property_id: str
    value: Any
    counterexample: str
    seed: int = 0
    subject: str = INSTALLED_NAME

    @property
    def name(self) -> str:
        """A file name for it: the property and eight digits of a hash of the value."""
        digest = hashlib.sha256(json.dumps(self.value, sort_keys=True).encode()).hexdigest()
        return f"{self.property_id}-{digest[:8]}.json"

    def replay(self, subject: Subject = INSTALLED) -> str:
        """Return "" if the property holds for the value now, else what is wrong."""
        return property_named(self.property_id).counterexample(subject, decode(self.value))

    def python(self) -> list[str]:
        """Return five lines of Python that rebuild the value and show what is wrong.

        >>> print("\\n".join(Failure("scalars.text", {"scalar": "zeta(3)"}, "").python()))
        from algebra import parse
        from proofs.properties.registry import property_named
        from proofs.subjects.subject import INSTALLED as subject
        value = parse('zeta(3)')
        print(property_named('scalars.text').counterexample(subject, value))
        """
        code = as_code(decode(self.value))
        used = {node.id for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Name)}
        exact = sorted(
            used & {"AbelianGroup", "PAIR", "Potential", "REAL", "element", "parse", "total"}
        )
        recipes = sorted(used & {"Fault", "Recipe", "Symmetry"})
        module, name = _split(self.subject)
        return [
            f"from algebra import {', '.join(exact)}" if exact else "import algebra",
            f"from proofs.properties.registry import {', '.join([*recipes, 'property_named'])}",
            f"from {module} import {name} as subject",
            f"value = {code}",
            f"print(property_named({self.property_id!r}).counterexample(subject, value))",
        ]

    def to_text(self) -> str:
        """Return the failure as JSON text."""
        record = {
            "format": "cogo-fuzz-failure",
            "version": 1,
            "property": self.property_id,
            "statement": property_named(self.property_id).statement,
            "counterexample": self.counterexample,
            "value": self.value,
            "seed": self.seed,
            "subject": self.subject,
            "versions": versions(),
            "python": self.python(),
        }
        return json.dumps(record, indent=1) + "\n"

    def store(self, folder: str | Path) -> Path:
        """Write the failure into a folder, by rename, and return the path.

        Raises:
            WriteError: if it cannot be written.
        """
        path: Path = Path(folder) / self.name
        make_folder(Path(folder), parents=True)
        write_bytes(path, self.to_text().encode(), force=True)
        return path


def read(path: str | Path) -> Failure:
    """Return the failure that a file stores; nothing in the file is run.

    Raises:
        ReadError: if the file cannot be read, or is too large.
        FailureFileError: if it is no stored failure.
    """
    data = read_bytes(path, limit=MAX_FILE)
    path = printable(path)
    try:
        record = strict_json(data)
    except ValueError as error:
        raise FailureFileError(f"{path}: {error}") from None
    if not isinstance(record, dict) or record.get("format") != "cogo-fuzz-failure":
        raise FailureFileError(f"{path}: format: expected 'cogo-fuzz-failure'")
    if record.get("version") != 1 or set(record) != _KEYS:
        raise FailureFileError(
            f"{path}: expected version 1 and the keys {', '.join(sorted(_KEYS))}"
        )
    for key in ("property", "counterexample", "subject"):
        if not isinstance(record[key], str):
            raise FailureFileError(f"{path}: {key}: expected text")
    if type(record["seed"]) is not int:
        raise FailureFileError(f"{path}: seed: expected an integer")
    try:
        property_named(record["property"])
        value = encode(decode(record["value"]))
    except (PlainDataError, ValueError) as error:
        raise FailureFileError(f"{path}: {error}") from None
    return Failure(
        record["property"], value, record["counterexample"], record["seed"], record["subject"]
    )


def subject_named(name: str) -> Subject:
    """Return the subject that ``module:NAME`` names; the module is imported.

    Raises:
        ValueError: if there is no such module, or the name in it is no `Subject`.

    >>> subject_named("proofs.subjects.subject:INSTALLED") == INSTALLED
    True
    """
    module, attribute = _split(name)
    try:
        found = getattr(importlib.import_module(module), attribute, None)
    except ImportError as error:
        raise ValueError(f"subject={name!r}: {error}; pass MODULE:NAME") from None
    if not isinstance(found, Subject):
        raise ValueError(
            f"subject={name!r} is {found!r:.80}, and no proofs.subjects.subject.Subject"
        )
    return found


def _split(name: str) -> tuple[str, str]:
    module, _, attribute = name.partition(":")
    if not re.fullmatch(r"[A-Za-z_][\w.]*", module) or not attribute.isidentifier():
        raise ValueError(f"subject={name!r}; pass MODULE:NAME, such as {INSTALLED_NAME}")
    return module, attribute


def versions() -> dict[str, str]:
    """Return the versions of this project and of Hypothesis, as installed."""
    found = {}
    for name in ("cogo-algebra", "hypothesis"):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found
