"""Whether the dimensions of a latent space stand for what pictures differ in, one dimension for one factor."""
