"""Pictures that are made in steps, while the window goes on."""
