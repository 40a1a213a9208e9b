"""What is asked of the machine: memory, files that are whole, names loaded when asked for."""
