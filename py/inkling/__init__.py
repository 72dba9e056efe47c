"""Inkling: a handwritten-digit network from scratch in NumPy, the same offline and in the browser.

Pure computation: NumPy and the standard library, no files, clock, printing, network or global
random state. Reading order: network, activations, optim, training, preprocess, reader, model_file.
"""
