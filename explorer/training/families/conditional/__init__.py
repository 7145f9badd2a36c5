"""Generators that are told what to draw: a class, factors, or codes that they make up."""
