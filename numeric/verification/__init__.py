"""What is proved of the floats of a trained network: pairs, margin, loss; bounds, else integers."""
