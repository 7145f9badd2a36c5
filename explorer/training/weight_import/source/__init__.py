"""An author's own source, read as a syntax tree and never run, that says how weights become a network."""
