"""A picture that follows the hand: its latent is moved until it shows what was brushed or pulled."""
