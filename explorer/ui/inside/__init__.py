"""The Inside panel: networks that are looked into."""
