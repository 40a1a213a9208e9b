"""The exact optimizer nearest to trained weights, of whatever entries."""
