"""The search of `algebra.compose`, run and journalled."""
