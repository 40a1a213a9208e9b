"""Which operation answers are those of: groups in disguise, and operations with names; their representations."""
