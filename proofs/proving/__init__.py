"""Claims put to the test, and the report of what came of it."""
