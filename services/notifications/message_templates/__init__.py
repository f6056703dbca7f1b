"""Templates of messages: the product's own, and those that municipalities changed."""
