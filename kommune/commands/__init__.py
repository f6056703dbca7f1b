"""The commands of `kommune`, by who runs them. A command imports what it runs when it is run: of what there is, most need little."""
