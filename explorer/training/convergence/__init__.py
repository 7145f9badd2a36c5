"""Whether a family learns: short seeded runs on small pictures, each with a figure that a broken loss would fail."""
