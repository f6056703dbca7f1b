"""The agenda of a workshop: which questions are talked about, and in which order."""
