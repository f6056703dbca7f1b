"""The platform as one program: composes services into processes, and the `kommune` command."""
