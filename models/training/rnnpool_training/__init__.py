"""Training of RNNPool networks: description, building, training, evaluation and export."""
