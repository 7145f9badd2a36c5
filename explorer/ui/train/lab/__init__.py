"""The Lab: networks in the plane, small enough that all of them can be seen while they learn."""
