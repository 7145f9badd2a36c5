"""The Train panel: runs and the lab."""
