"""What claims and properties are tried on."""
