"""Networks that are one chain of layers: found by names and shapes, decided by statistics, made again."""
