"""Networks rebuilt from weights that somebody else saved."""
