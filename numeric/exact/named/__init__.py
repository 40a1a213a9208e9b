"""The exact optimizer of named blocks, with parameters of small height, next to trained weights."""
