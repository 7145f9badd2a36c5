"""What the verbs about photographs share."""
