"""What is shown of the values that people hold: text, HTML and LaTeX, and no dump of fields."""

import re
import rlcompleter
from html.parser import HTMLParser

import pytest

import cogo
from algebra import AbelianGroup, blocks, parse_potential
from proofs.proving.report import mathml


@pytest.fixture(scope="module")
def values():
    z = cogo.build("Z7", "four-plus-six")
    broken = blocks.normalised(blocks.syn()).at(AbelianGroup("Z7"), 1, 2, 3)
    state = cogo.embed(z.substitute(dict.fromkeys(z.parameters, cogo.zeta(5))), gauge="balanced")
    return {
        "element": z,
        "verdict": cogo.check(z),
        "refuted": cogo.check(broken),
        "potential": parse_potential("a-bc"),
        "recognition": cogo.recognise(state),
        "certified": cogo.certify(state),
    }


EXACTLY = "loss = 0 exactly for all values of 3 parameters"
#: What is said as text, in HTML and in LaTeX.
SAYS = {
    "element": ("of order 14", "14", r"\nu_{1}"),
    "verdict": (EXACTLY, "loss = 0", r"\text{for all } \nu_{1}"),
    "refuted": ("loss = 3/7", "T[0,2,1] = 1/2", r"\text{loss} &= \frac{3}{7}"),
    "potential": ("a-bc", "a-bc", r"\bar{a}_j"),
    "recognition": ("nu*syn", "<td>nu*syn</td>", r"\text{nu*syn}"),
    "certified": ("answers 49 of 49 pairs", "answers 49 of 49 pairs", r"\begin{array}"),
}


@pytest.mark.parametrize("name", SAYS)
def test_each_is_shown_as_text_html_and_latex_and_completed_by_public_names(values, name):
    x = values[name]
    shown = (str(x), x._repr_html_(), x._repr_latex_())
    for text, says in zip(shown, SAYS[name], strict=True):
        assert says in text
        assert not re.search(r"\w+=<|\w+=\(|mappingproxy|object at 0x", text)
    assert "\n" not in repr(x)
    HTMLParser().feed(shown[1])
    latex = re.sub(r"\\text|\\hline", "", mathml(shown[2].strip("$")))
    assert re.findall(r"\\[a-z]+", latex) == []
    found = rlcompleter.Completer({"x": x}).attr_matches("x.")
    assert found != []
    assert [y for y in found if y.startswith("x._")] == []


def test_completion_of_the_package_offers_what_it_hands_on():
    found = rlcompleter.Completer({"cogo": cogo}).attr_matches("cogo.")
    assert {x.partition(".")[2].rstrip("(") for x in found} == {
        x for x in cogo.__all__ if not x.startswith("_")
    }
