"""Text messages, by the operator's webhook or the gateway of a municipality."""
