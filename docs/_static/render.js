// Formulas, once the page and KaTeX are there; Sphinx loads this on pages that have any.
document.addEventListener("DOMContentLoaded", () =>
  document.querySelectorAll(".math").forEach((place) =>
    renderMathInElement(place, {
      delimiters: [
        { left: "\\(", right: "\\)", display: false },
        { left: "\\[", right: "\\]", display: true },
      ],
    })
  )
);
