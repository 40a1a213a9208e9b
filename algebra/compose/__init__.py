"""The search for new blocks: compositions that satisfy given conditions."""
