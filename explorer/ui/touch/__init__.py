"""Tools that touch the picture: paint, pull, and what is to stay."""
