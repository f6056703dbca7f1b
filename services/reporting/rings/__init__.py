"""Rings: groups of municipalities with documents, meetings and common measures."""
