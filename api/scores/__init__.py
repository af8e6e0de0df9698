"""What nominals score, by which weights, and who is told of it."""
