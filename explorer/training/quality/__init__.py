"""How good made pictures are, as numbers: in features that have a name, in fine detail, and in bits."""
