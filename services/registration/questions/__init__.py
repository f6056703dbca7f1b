"""Questions of one's own at a gathering: what is asked, what was answered, and a municipality's set to choose from."""
