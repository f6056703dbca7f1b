"""Languages that a municipality adds to its residents' pages: catalogues that it uploads."""
