"""Visits among peers: asked for or offered, accepted, reported on."""
