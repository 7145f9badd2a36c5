"""The dialogs of what a foreign model is taken for: of an ONNX file, and of weights with their layers."""
