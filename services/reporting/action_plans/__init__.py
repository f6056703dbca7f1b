"""Action plans: versions frozen when published, and a public page of the newest where the municipality wants one."""
