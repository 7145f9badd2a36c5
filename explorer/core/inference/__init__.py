"""Models at work: sessions placed on a device, and what goes in and comes out of them."""
