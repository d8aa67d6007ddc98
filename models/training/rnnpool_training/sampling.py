"""Which picture comes next."""

import numpy as np


class Sampler:
    """Draws samples, each with a probability in proportion to its weight."""

    def __init__(self, samples, weights):
        self.samples = samples
        weights = np.asarray(weights, np.float64)
        if not len(samples) or not weights.sum() > 0:
            raise ValueError("there is no picture to draw: the weights of all sources are 0")
        self.cumulative = np.cumsum(weights / weights.sum())

    def pick(self, rng):
        return self.samples[min(int(np.searchsorted(self.cumulative, rng.random(), side="right")), len(self.samples) - 1)]
