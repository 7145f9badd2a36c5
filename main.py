"""Starts the latent explorer from a checkout: ``python main.py [FILE]``."""

from explorer.app import main

if __name__ == "__main__":
    raise SystemExit(main())
