"""Pictures painted in steps: by taking noise off, or pixel by pixel."""
