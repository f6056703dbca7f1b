"""Gatherings as everybody sees them: lists, pages, calendars, posters."""
