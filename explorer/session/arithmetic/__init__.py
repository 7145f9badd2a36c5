"""The boards of the session, and what comes in to be put on them."""
