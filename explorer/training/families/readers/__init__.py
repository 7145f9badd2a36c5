"""Networks that look at pictures and say something of them."""
