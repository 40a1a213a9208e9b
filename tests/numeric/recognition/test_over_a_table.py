"""What nodes hold of each representation, and how near they are to the closed form."""

import numpy as np
import pytest

from algebra.groups.group import AbelianGroup
from algebra.groups.group_names import group, multiplication
from algebra.networks.any_group import build
from numeric.recognition import over_a_table as module
from numeric.weights.embed import embed
from numeric.weights.plain_network import Weights


def seen(a, b, c, g):
    w = Weights(AbelianGroup(g.order), a, b, 2 * g.order * c)
    return module.over_a_table(w, multiplication(g))


def held(z, *, noise=0.0, scale=1.0):
    g, random = group(z.name), np.random.default_rng(0)
    a, b, c = (x + noise * random.standard_normal(x.shape) for x in embed(z).plain())
    return seen(a.T, b.T, scale * c, g)


@pytest.mark.parametrize("name", ["S3", "D5", "Q8", "Dic3", "A4", "S4"])
@pytest.mark.parametrize("turn", ["0", "1/3"])
def test_nodes_of_the_closed_form_are_at_distance_zero_in_any_frame(name, turn):
    found = held(build(name, "representation", turn=turn))
    assert found.distance() < 1e-6
    for row in found.rows():
        assert row["gain"] == pytest.approx(1)
        assert row["nodes"] == row["closed form"]


def test_other_nodes_are_not():
    assert held(build("S3", "memorization")).distance() > 0.2
    near, farther = (held(build("S3"), noise=x).distance() for x in (1e-3, 1e-2))
    assert 1e-4 < near < 0.2 * farther < 0.02


def test_the_distance_is_that_of_an_ascent_from_many_more_starts(monkeypatch):
    few = held(build("A4"), noise=0.1).apart
    monkeypatch.setattr(module, "STARTS", 100)
    assert held(build("A4"), noise=0.1).apart == pytest.approx(few, abs=1e-4)


def test_gains_are_linear_in_the_outputs_and_zero_without_them():
    for scale in (0, 0.25, -2):
        gains = held(build("D4"), scale=scale).gains
        assert gains[1:] == pytest.approx(scale)
        assert gains[0] == 1


def test_the_gain_is_that_of_the_part_of_the_target():
    z, g = build("S3"), group("S3")
    random = np.random.default_rng(1)
    a, b, c = random.standard_normal((3, len(g.products), z.order))
    found = seen(a, b, c, g)
    outputs = (a[:, None] + b) ** 2 @ c.T
    for rho, row in zip(found.representations, found.rows(), strict=True):
        character = np.array([float(complex(x).real) for x in rho.character()])
        quotients = g.products[g.products][:, :, g.inverses]
        part = character[quotients] * rho.dimension / (6 * rho.kind)
        if row["representation"] != "[3]":
            assert row["gain"] == pytest.approx((outputs * part).sum() / (part**2).sum())


def test_each_live_node_is_listed_with_its_shares():
    told = held(build("S3")).as_json()
    assert [x["node"] for x in told["nodes"]] == list(range(10))
    for x in told["nodes"]:
        assert sum(x["inputs"].values()) == pytest.approx(1)
        assert x["distance"] < 1e-6
    assert told["distance"] < 1e-6
