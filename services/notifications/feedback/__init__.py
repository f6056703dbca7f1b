"""Anonymous feedback: three questions after a gathering, by a link that is stored nowhere."""
