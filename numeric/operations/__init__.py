"""Which operation answers are those of, by name or in disguise, and what nodes hold of a group."""
