"""The semiring of weights: elements, ``+``, ``*``, homomorphisms (potentials), symmetries."""
