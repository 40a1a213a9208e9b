"""Whether an element is an optimizer: the function tensor by three routes, and the verdict."""
