"""The heart of the program: no Qt, no torch."""
