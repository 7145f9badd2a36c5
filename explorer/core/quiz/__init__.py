"""Which picture is real? Questions, stimuli, answers and what follows from them; no window, no clock, no models."""
