"""The theory, one file a section, and the registry of its claims."""
