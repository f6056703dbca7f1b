"""Figures of shown cells: the result, how it came about, and scores of responses sent along."""
