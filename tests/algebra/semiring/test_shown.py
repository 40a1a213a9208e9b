"""What a person sees of an element, a verdict and a potential, in a terminal and in a notebook."""

import pytest

from algebra import blocks, optimizers
from algebra.criterion.verdict import check
from algebra.groups.group import AbelianGroup
from algebra.numbers.scalar import Scalar
from algebra.semiring.made import element
from algebra.semiring.potential import parse_potential
from algebra.semiring.shown import EXPANDED, SHOWN, latex_table, rows, text_table

G = AbelianGroup("Z7")


def test_the_rows_are_the_entries_of_the_nodes():
    z = optimizers.four_plus_six(G)
    entries = [(j, k, p, repr(x)) for j, n in enumerate(z.node_list()) for (p, k), x in n.items()]
    shown = rows(z)
    assert sorted(entries) == sorted(
        (int(j), int(k), p, text)
        for j, k, *cells in shown
        for p, text in zip("abc", cells, strict=True)
        if text
    )


def test_a_table_is_aligned_and_says_how_much_is_left_out():
    z = optimizers.six_per_frequency(AbelianGroup("Z23"))
    first, head, *lines, last = str(z).splitlines()
    assert first == repr(z)
    assert head.split() == ["node", "k", "a", "b", "c"]
    assert len(lines) == SHOWN
    assert last == f"... {len(rows(z)) - SHOWN} more rows"
    assert {line[: head.index("k") + 1].rstrip()[-1].isdigit() for line in lines} == {True}


def test_what_is_too_large_to_expand_is_named_and_not_expanded():
    z = blocks.syn().named("s") ** 12
    assert z.order > EXPANDED
    assert str(z) == repr(z)
    assert z._nodes is None


@pytest.mark.parametrize("z", [blocks.nu(), optimizers.four_plus_six(G), element(G, [])])
def test_a_notebook_has_it_as_formulas(z):
    html, latex = z._repr_html_(), z._repr_latex_()
    for row in rows(z, Scalar.to_latex)[:SHOWN]:
        assert " & ".join(row) in latex
        assert all(f"<td>${x}$</td>" in html or not x for x in row[2:])
    assert html.count("<tr>") == html.count("</tr>") == 1 + min(SHOWN, len(rows(z)))


def test_names_are_text_in_a_notebook():
    z = element(G, [], name="<script>alert(1)</script>")
    assert "<script" not in z._repr_html_()
    assert "<script" not in check(z)._repr_html_()


def test_a_verdict_is_green_or_a_list_of_what_fails():
    good = check(optimizers.four_plus_six(G))._repr_html_()
    assert "green" in good
    assert "loss = 0 exactly" in good
    bad = check(element(G, []))._repr_html_()
    assert "firebrick" in bad
    assert bad.count("<li>") == 3


@pytest.mark.parametrize(
    ("text", "latex"),
    [("abc-", r"$\sum_j a_j b_j \bar{c}_j$"), ("", r"$\sum_j 1$")],
)
def test_a_potential_is_a_sum(text, latex):
    assert parse_potential(text)._repr_latex_() == latex


def test_the_tables_of_a_small_element_to_the_letter():
    assert str(blocks.xi(1)).splitlines()[1:] == [
        "node  k  a  b   c",
        "   0  k  1  1   1",
        "   1  k  1  -i  i",
    ]
    assert blocks.xi(1)._repr_latex_().splitlines()[2] == r"0 & k & 1 & 1 & 1 \\"
    assert text_table([("k", "name"), ("10", "x")], right=1) == [" k  name", "10  x"]
    assert latex_table([("k", "a"), ("1", r"\xi")], columns="rl").splitlines() == [
        r"$$\begin{array}{rl}",
        r"k & a \\ \hline",
        r"1 & \xi \\",
        r"\end{array}$$",
    ]
