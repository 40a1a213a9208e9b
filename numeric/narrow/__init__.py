"""The search for networks of few nodes."""
