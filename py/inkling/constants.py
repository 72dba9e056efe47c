"""Numbers the whole package shares. Those of one module alone live in that module."""

IMAGE_SIDE = 28
"""Side of the picture the network sees, in pixels, as in MNIST."""

BOX_SIDE = 20
"""Side of the box inside it that the ink is fitted into, in pixels, as in MNIST."""

PIXELS = IMAGE_SIDE * IMAGE_SIDE
"""Values of one flattened image: the network's inputs."""

CLASSES = 10
"""Digits 0 to 9: the network's outputs."""
