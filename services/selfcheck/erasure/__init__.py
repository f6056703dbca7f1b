"""Erasure of a respondent, on request or by their own link."""
