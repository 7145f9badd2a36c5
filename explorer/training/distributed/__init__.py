"""Several processes that train one model, each on its share of every batch, as if they were one.

torchrun starts the same command in each of them; whoever trains alone notices nothing of all this.
"""
