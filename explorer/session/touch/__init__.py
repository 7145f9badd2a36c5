"""A picture that follows the hand: gestures, and the worker that goes along with them."""
