"""The registry of properties that `cogo fuzz` attacks."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from proofs.properties import exact, networks
from proofs.properties.property import Property

#: Every property, by id.
PROPERTIES: Mapping[str, Property] = MappingProxyType(
    {found.id: found for found in (*exact.PROPERTIES, *networks.PROPERTIES)}
)


def property_named(name: str) -> Property:
    """Return a property by its id; a ValueError names those that exist."""
    if name not in PROPERTIES:
        raise ValueError(f"property={name!r} does not exist; these do: {', '.join(PROPERTIES)}")
    return PROPERTIES[name]


def chosen(patterns: tuple[str, ...]) -> list[Property]:
    """Return the properties that the patterns are about; all of them for no pattern.

    The id of a property means that one alone; a ValueError says that a pattern is about none.
    """
    names: set[str] = set() if patterns else set(PROPERTIES)
    for pattern in patterns:
        about = [name for name, found in PROPERTIES.items() if found.is_about(pattern)]
        if not about:
            there = ", ".join(PROPERTIES)
            raise ValueError(f"claims={pattern!r} is attacked by no property; these exist: {there}")
        names.update([pattern] if pattern in PROPERTIES else about)
    return [found for name, found in PROPERTIES.items() if name in names]
