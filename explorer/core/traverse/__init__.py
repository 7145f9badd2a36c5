"""Ways to lay a latent space out: grids, planes, paths and maps, and the order in which their tiles are drawn."""
