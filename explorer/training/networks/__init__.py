"""Networks that several families train."""
