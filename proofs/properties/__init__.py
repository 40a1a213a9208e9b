"""What must hold for all values that the strategies draw."""
