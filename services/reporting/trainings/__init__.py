"""Trainings for decision-makers: their materials, and who took part by office."""
