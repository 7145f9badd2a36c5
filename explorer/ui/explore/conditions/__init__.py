"""What a picture is drawn under besides its latent: noise, placement and stage."""
