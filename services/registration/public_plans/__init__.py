"""Whether residents can read an action plan of their municipality: reporting shows it, the municipality's page leads there."""
