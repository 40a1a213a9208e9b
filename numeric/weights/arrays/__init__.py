"""Arrays by name, of a file or a mapping; and, by their shapes, the network that they are."""
