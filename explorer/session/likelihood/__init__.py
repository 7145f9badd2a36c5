"""How likely pictures are, worked out while the window goes on."""
