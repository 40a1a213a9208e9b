"""Irreducible real representations of finite groups, exact, each checked before it is used."""
