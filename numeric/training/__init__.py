"""Training: the task, the loss in closed form, and one batch of runs."""
