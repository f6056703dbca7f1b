"""Exports of all data of a person or a municipality."""
