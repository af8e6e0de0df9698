"""The pages of intelligence: weights, manual scores, zones."""
