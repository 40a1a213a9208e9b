"""The command ``cogo``, one file a verb."""
