"""What maps of pictures need of torch."""
