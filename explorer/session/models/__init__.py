"""The model that is open: opened, exchanged, completed."""
