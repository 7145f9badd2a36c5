"""Networks that are looked into, while the window goes on."""
