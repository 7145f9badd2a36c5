"""Calculating with pictures: slots of exemplars that are added up."""
