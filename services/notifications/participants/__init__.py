"""Groups that take part: where each stands, and what it is told."""
