"""Looking into networks: what is asked of one that is to be fooled, or to dream."""
