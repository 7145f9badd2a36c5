"""The Draw panel: a board, and what a translator makes of it while it is drawn."""
