"""Captions of pictures, written from what is known of them."""
