"""The Quiz panel."""
