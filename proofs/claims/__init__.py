"""The theorems as claims, one file per family; `proofs.registry` collects them."""
