"""Who is asked to answer: inviting one or many, where each of them is, taking back, new links."""
