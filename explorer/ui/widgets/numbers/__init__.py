"""Widgets for numbers: sliders, boxes, and what knobs need."""
