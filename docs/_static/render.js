// Formulas, once the page and KaTeX are there; Sphinx loads this on pages that have any.
// What a cell of a notebook printed has them between dollars.
document.addEventListener("DOMContentLoaded", () => {
  const render = (places, delimiters) =>
    document.querySelectorAll(places).forEach((x) => renderMathInElement(x, { delimiters }));
  render(".math", [
    { left: "\\(", right: "\\)", display: false },
    { left: "\\[", right: "\\]", display: true },
  ]);
  render(".cell_output", [{ left: "$", right: "$", display: false }]);
});
