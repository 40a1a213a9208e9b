"""Elements as files and formulas: JSON, LaTeX, cosines, SymPy scripts."""
