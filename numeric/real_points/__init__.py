"""Real solutions of polynomial systems: isolated, and named as algebraic numbers."""
