"""What lives while the program runs. QtCore only."""
