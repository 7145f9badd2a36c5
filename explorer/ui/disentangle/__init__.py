"""Whether dimensions stand for single factors, as a table."""
