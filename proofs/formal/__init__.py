"""The theory for all groups at once, as theorems of Coq, and what their files state."""
