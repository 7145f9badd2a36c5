"""Whether dimensions stand for single factors, measured while the window goes on."""
