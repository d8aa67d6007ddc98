"""How often a classifier is right: on all pictures, by source, by size of what is to be seen, by threshold."""

from dataclasses import dataclass

import numpy as np
import torch

from .preprocess import Letterbox, resize, to_tensor

AREAS = ((0.0, 0.02), (0.02, 0.05), (0.05, 0.1), (0.1, 0.2), (0.2, 0.4), (0.4, 1.01))  # share of the picture


def present(pixels, arch, fit=None):
    """The picture as the network sees it: uint8 [height, width]. fit: in place of the network's own way."""
    h, w = pixels.shape
    fit = fit or arch.fit
    if fit == "letterbox":
        return Letterbox.fit(w, h, arch.width, arch.height).apply(pixels)
    if fit == "stretch":
        return resize(pixels, arch.width, arch.height)
    if fit == "crop":  # the middle, of the input's shape
        scale = min(w / arch.width, h / arch.height)
        cw, ch = max(1, round(arch.width * scale)), max(1, round(arch.height * scale))
        return resize(pixels[(h - ch) // 2 : (h - ch) // 2 + ch, (w - cw) // 2 : (w - cw) // 2 + cw], arch.width, arch.height)
    raise ValueError(f"'{fit}' is no way to present a picture: letterbox, stretch, crop")


def tensors_of(arch, pictures, fit=None) -> torch.Tensor:
    """[n, 1, height, width] as the network reads them."""
    return torch.from_numpy(np.stack([to_tensor(present(p.pixels, arch, fit), arch.mean, arch.scale) for p in pictures]))


def run_classifier(network, arch, pictures, fit=None, batch=32) -> np.ndarray:
    """Probabilities [n, classes]."""
    device = next(network.parameters()).device
    network.eval()
    results = []
    with torch.no_grad():
        for first in range(0, len(pictures), batch):
            images = tensors_of(arch, pictures[first : first + batch], fit).to(device).contiguous(memory_format=torch.channels_last)
            results.append(network(images).softmax(1).float().cpu().numpy())
    return np.concatenate(results)


@dataclass(frozen=True)
class Judgement:
    """scores: probability of the last label (something is there); truth: whether it is."""

    scores: np.ndarray
    truth: np.ndarray
    threshold: float

    @property
    def right(self):
        return (self.scores >= self.threshold) == self.truth

    @property
    def accuracy(self):
        return float(self.right.mean())

    @property
    def recall(self):
        return float(self.right[self.truth].mean()) if self.truth.any() else float("nan")

    @property
    def specificity(self):
        return float(self.right[~self.truth].mean()) if (~self.truth).any() else float("nan")

    @property
    def balanced_accuracy(self):
        return float(np.nanmean([self.recall, self.specificity]))

    @property
    def confusion(self):
        """(none as none, none as person, person as none, person as person) in the words of a person detector."""
        said = self.scores >= self.threshold
        return tuple(int(np.count_nonzero((self.truth == t) & (said == s))) for t in (False, True) for s in (False, True))

    def auc(self):
        """Area under the ROC curve: how often something scores higher than nothing; ties count half."""
        positive, negative = self.scores[self.truth], np.sort(self.scores[~self.truth])
        if not len(positive) or not len(negative):
            return float("nan")
        below = np.searchsorted(negative, positive, "left") + np.searchsorted(negative, positive, "right")
        return float(below.mean() / 2 / len(negative))

    def calibration_error(self, bins=10):
        """Expected calibration error of the probability that something is there."""
        which = np.minimum((self.scores * bins).astype(int), bins - 1)
        return float(sum(abs(self.scores[which == b].mean() - self.truth[which == b].mean()) * np.mean(which == b)
                         for b in range(bins) if (which == b).any()))


def judge(pictures, probabilities, threshold=0.5) -> Judgement:
    last = probabilities.shape[1] - 1
    return Judgement(probabilities[:, last], np.array([p.label == last for p in pictures]), threshold)


def _part(judgement: Judgement, chosen) -> Judgement:
    return Judgement(judgement.scores[chosen], judgement.truth[chosen], judgement.threshold)


def _row(j: Judgement) -> dict:
    def rounded(value):
        return None if np.isnan(value) else round(value, 4)

    return {"images": len(j.truth), "persons": int(j.truth.sum()), "accuracy": round(j.accuracy, 4),
            "recall": rounded(j.recall), "specificity": rounded(j.specificity)}


def figures(pictures, probabilities, threshold=0.5) -> dict:
    """Everything a card states, ready for JSON. Sources with both labels do not reveal the label: `mixed`."""
    whole = judge(pictures, probabilities, threshold)
    source = np.array([p.source for p in pictures])
    grey = np.array([p.was_grey for p in pictures])
    area = np.array([p.box_area for p in pictures])
    mixed = np.zeros(len(pictures), bool)
    by_source = {}
    for name in sorted(set(source)):
        by_source[name] = _row(_part(whole, source == name))
        if 0 < by_source[name]["persons"] < by_source[name]["images"]:
            mixed |= source == name
    return {
        **_row(whole), "balancedAccuracy": round(whole.balanced_accuracy, 4), "auc": round(whole.auc(), 4),
        "calibrationError": round(whole.calibration_error(), 4), "confusion": whole.confusion, "threshold": threshold,
        "mixed": _row(_part(whole, mixed)) if mixed.any() else None,
        "bySource": by_source,
        "byGrey": {name: _row(_part(whole, grey == value)) for name, value in (("grey", True), ("colour", False)) if (grey == value).any()},
        "byArea": [{"low": low, "high": min(high, 1.0), **_row(_part(whole, chosen))} for low, high in AREAS
                   if (chosen := whole.truth & (area >= low) & (area < high)).any()],
        "atThresholds": {f"{t / 100:.2f}": _row(Judgement(whole.scores, whole.truth, t / 100)) for t in range(10, 95, 10)},
    }


def describe(sets: dict) -> str:
    def text(row):
        rates = "".join(f"  {key} {row[key]:.3f}" for key in ("recall", "specificity") if row[key] is not None)
        return f"{row['images']:>5} pictures {row['persons']:>5} positive  accuracy {row['accuracy']:.4f}{rates}"

    lines = []
    for name, f in sets.items():
        lines.append(f"{name}: {text(f).strip()}  balanced {f['balancedAccuracy']:.4f}  AUC {f['auc']:.4f}  "
                     f"calibration error {f['calibrationError']:.3f}")
        if f["mixed"]:
            lines.append(f"  {'sources with both labels':<26}{text(f['mixed'])}")
        lines += [f"  {source:<26}{text(row)}" for source, row in f["bySource"].items()]
        lines += [f"  at the source: {grey:<11}{text(row)}" for grey, row in f["byGrey"].items()]
        lines += [f"  area {row['low']:.2f} to {row['high']:<12.2f}{text(row)}" for row in f["byArea"]]
        lines += [f"  threshold {t:<16}{text(row)}" for t, row in f["atThresholds"].items()]
    return "\n".join(lines)


def measure(network, arch, pictures, fit=None) -> tuple:
    """Figures and the judgement of decoded pictures, at 0.5."""
    probabilities = run_classifier(network, arch, pictures, fit)
    return figures(pictures, probabilities), judge(pictures, probabilities)


def plot(judgements: dict, path, title):
    """Left: ROC curve. Right: how often a score is right, and how many scores there are."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot as plt

    figure, (roc, reliability) = plt.subplots(1, 2, figsize=(10, 4.5))
    edges = np.linspace(0, 1, 11)
    for name, j in judgements.items():
        order = np.argsort(-j.scores, kind="stable")
        hits, misses = np.cumsum(j.truth[order]), np.cumsum(~j.truth[order])
        roc.plot(misses / max(1, misses[-1]), hits / max(1, hits[-1]), label=f"{name}: AUC {j.auc():.3f}, accuracy {j.accuracy:.3f}")
        which = np.minimum((j.scores * 10).astype(int), 9)
        filled = [b for b in range(10) if (which == b).any()]
        reliability.plot([j.scores[which == b].mean() for b in filled], [j.truth[which == b].mean() for b in filled], "o-", label=name)
        reliability.hist(j.scores, edges, weights=np.full(len(j.scores), 1 / len(j.scores)), histtype="step", alpha=0.5)
    roc.set(xlabel="share of empty pictures that raise an alarm", ylabel="share of persons noticed", title=title, xlim=(0, 1),
            ylim=(0, 1.01))
    reliability.plot([0, 1], [0, 1], color="grey", linewidth=0.8)
    reliability.set(xlabel="score", ylabel="share with a person (steps: share of pictures)", xlim=(0, 1), ylim=(0, 1.01))
    for axis in (roc, reliability):
        axis.grid(alpha=0.3)
        axis.legend(loc="lower right")
    figure.tight_layout()
    figure.savefig(path, dpi=100)
    plt.close(figure)
