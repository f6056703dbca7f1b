"""Planning a gathering: drafting, publishing, changing, calling off, drawing its lottery."""
