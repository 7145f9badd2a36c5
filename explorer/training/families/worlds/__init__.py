"""The parts of a world model beside its autoencoder."""
