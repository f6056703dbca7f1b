"""Three questions after a gathering, by a link that nobody keeps."""
