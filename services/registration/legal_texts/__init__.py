"""The legal texts of a municipality, every version of them."""
