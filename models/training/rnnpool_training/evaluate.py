"""Average precision at IoU 0.5 of detectors, accuracy of classifiers: python3 -m rnnpool_training.evaluate --run runs/x annotations.csv"""

import argparse
import json
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from . import accuracy
from .anchors import anchor_boxes, areas, intersections, overlaps
from .arch import ArchError, parse
from .data import DataError, load_pixels, read_annotations
from .detect import detections
from .labelled import load_pictures, read_labelled
from .preprocess import Letterbox, to_tensor


@dataclass
class Evaluation:
    ap: float
    faces: int
    scores: np.ndarray  # of the detections that count, descending
    hits: np.ndarray  # bool, likewise

    def curve(self):
        """Recall and precision after every detection."""
        hits = np.cumsum(self.hits)
        return hits / max(self.faces, 1), hits / np.arange(1, len(hits) + 1)

    def at(self, threshold):
        """Precision and recall of the detections with at least this score."""
        n = int(np.count_nonzero(self.scores >= threshold))
        hits = int(np.count_nonzero(self.hits[:n]))
        return hits / max(n, 1), hits / max(self.faces, 1)


def average_precision(recall, precision):
    """All-point interpolation: the area under the envelope of the precision-recall curve."""
    recall = np.concatenate([[0.0], recall, [1.0]])
    precision = np.concatenate([[0.0], precision, [0.0]])
    envelope = np.maximum.accumulate(precision[::-1])[::-1]
    return float(np.sum((recall[1:] - recall[:-1]) * envelope[1:]))


def judge(scores, boxes, faces, ignored, iou=0.5):
    """Of one picture's detections: kept [n] (False: counts neither way) and hits [n].

    By descending score a detection takes the free face that it overlaps most, if by at least `iou`. One that takes none
    counts neither way if it overlaps an ignored box as much, or lies in one by more than half."""
    kept, hits = np.ones(len(scores), bool), np.zeros(len(scores), bool)
    free = np.ones(len(faces), bool)
    with_faces, with_ignored = overlaps(boxes, faces), overlaps(boxes, ignored)
    inside = intersections(boxes, ignored) / np.maximum(areas(boxes), 1e-9)[:, None]
    for i in np.argsort(-scores, kind="stable"):
        candidates = np.where(free, with_faces[i], -1.0)
        best = int(candidates.argmax()) if len(faces) else -1
        if best >= 0 and candidates[best] >= iou:
            free[best] = False
            hits[i] = True
        elif len(ignored) and (with_ignored[i].max() >= iou or inside[i].max() > 0.5):
            kept[i] = False
    return kept, hits


def evaluate(samples, results, heights=None, iou=0.5) -> Evaluation:
    """results: (scores, boxes) per sample. heights: only faces whose height in the letterboxed input is in [low, high)
    count; the others are ignored (a function of the sample gives the heights)."""
    all_scores, all_hits, count = [], [], 0
    for sample, (scores, boxes) in zip(samples, results):
        ignore = sample.ignore | sample.too_small()
        if heights is not None:
            ignore = ignore | ~heights(sample)
        kept, hits = judge(scores, boxes, sample.boxes[~ignore].astype(np.float64), sample.boxes[ignore].astype(np.float64), iou)
        count += int(np.count_nonzero(~ignore))
        all_scores.append(scores[kept])
        all_hits.append(hits[kept])
    scores, hits = np.concatenate(all_scores), np.concatenate(all_hits)
    order = np.argsort(-scores, kind="stable")
    result = Evaluation(0.0, count, scores[order], hits[order])
    result.ap = average_precision(*result.curve())
    return result


def run_network(network, arch, samples, threshold=0.01, limit=300, batch=16):
    """(scores, boxes) of every sample, through the device's letterbox."""
    anchors = anchor_boxes(arch)
    device = next(network.parameters()).device
    network.eval()
    results = []
    with torch.no_grad():
        for first in range(0, len(samples), batch):
            group = samples[first : first + batch]
            boxes = [Letterbox.fit(s.width, s.height, arch.width, arch.height) for s in group]
            images = np.stack([to_tensor(b.apply(s.pixels), arch.mean, arch.scale) for s, b in zip(group, boxes)])
            logits, offsets = (t.float().cpu().numpy() for t in network(torch.from_numpy(images).to(device)))
            results += [detections(logits[i], offsets[i], anchors, arch.detection, b, threshold, limit) for i, b in enumerate(boxes)]
    return results


SMALL = 0.1  # of the height of the network's input: faces under it are small
SHARES = ((0, 0.05), (0.05, 0.1), (0.1, 0.2), (0.2, 0.4), (0.4, 10.0))  # likewise; these compare models of different input sizes
SCORES = (0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0)
HEIGHTS = ((0, 8), (8, 12), (12, 16), (16, 24), (24, 40), (40, 80), (80, 160), (160, 1000))  # px in the network's input


def shares(sample, arch):
    """Height of every box as a share of the letterboxed input's."""
    share = (sample.boxes[:, 3] - sample.boxes[:, 1]).astype(np.float64) * min(arch.width / arch.height / sample.width, 1 / sample.height)
    return np.round(share, 6)  # boxes are float32: a face just on a limit is on the same side of it for every model


def between(samples, results, arch, low, high):
    """Evaluation of the faces whose share of the input's height is in [low, high); the others count neither way."""
    def chosen(sample):
        size = shares(sample, arch)
        return (size >= low) & (size < high)

    return evaluate(samples, results, chosen)


def by_height(samples, results, arch):
    """(low, high, Evaluation) per range of face heights in pixels of the network's input."""
    for low, high in HEIGHTS:
        yield low, high, between(samples, results, arch, low / arch.height, high / arch.height)


def face_free(samples, results):
    """What was found in the pictures without any box: the scores of the false faces, and the number of these pictures."""
    found = [scores for sample, (scores, _) in zip(samples, results) if not len(sample.boxes)]
    return np.sort(np.concatenate(found))[::-1] if found else np.empty(0), len(found)


def reliability(evaluation: Evaluation):
    """Per range of scores: low, high, the number of detections and how many of them are right."""
    for low, high in zip(SCORES, SCORES[1:]):
        chosen = (evaluation.scores >= low) & (evaluation.scores < high)
        yield low, high, int(chosen.sum()), int(evaluation.hits[chosen].sum())


def confusion(samples, results, evaluation: Evaluation, threshold):
    """Faces found and missed and false detections at the threshold; and per picture, with a counted face or without any box,
    whether anything was found."""
    counted = evaluation.scores >= threshold
    found = int(evaluation.hits[counted].sum())
    result = {"found": found, "missed": evaluation.faces - found, "false": int(counted.sum()) - found,
              "withFace": [0, 0], "withoutFace": [0, 0]}
    for sample, (scores, _) in zip(samples, results):
        key = "withFace" if (~(sample.ignore | sample.too_small())).any() else "withoutFace" if not len(sample.boxes) else None
        if key:
            result[key][0 if (scores >= threshold).any() else 1] += 1
    return result


def plot_precision_recall(evaluations: dict, path, title):
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot as plt

    figure, axis = plt.subplots(figsize=(6, 5))
    for name, evaluation in evaluations.items():
        recall, precision = evaluation.curve()
        axis.plot(recall, precision, label=f"{name}: AP@0.5 {evaluation.ap:.3f}")
    axis.set(xlabel="recall", ylabel="precision", xlim=(0, 1), ylim=(0, 1.02), title=title)
    axis.grid(alpha=0.3)
    axis.legend(loc="lower left")
    figure.tight_layout()
    figure.savefig(path, dpi=100)
    plt.close(figure)


def report(arch, network, sets: dict):
    """Figures of every set of samples (decoded), ready for JSON, and their Evaluation."""
    figures, evaluations = {}, {}
    for name, samples in sets.items():
        results = run_network(network, arch, samples)
        evaluations[name] = whole = evaluate(samples, results)
        sources = {}
        for source in sorted({s.source for s in samples}):
            chosen = [(s, r) for s, r in zip(samples, results) if s.source == source]
            e = evaluate(*zip(*chosen))
            false = int(np.count_nonzero(~e.hits & (e.scores >= arch.detection["scoreThreshold"])))
            sources[source] = {"images": len(chosen), "faces": e.faces, "ap50": round(e.ap, 4), "falsePositives": false}
        threshold = arch.detection["scoreThreshold"]
        small = between(samples, results, arch, 0, SMALL)
        free_scores, free_pictures = face_free(samples, results)
        figures[name] = {
            "ap50": round(whole.ap, 4), "images": len(samples), "faces": whole.faces,
            "smallAp50": round(small.ap, 4), "smallFaces": small.faces,
            "byShare": [{"low": low, "high": high, "faces": e.faces, "ap50": round(e.ap, 4), "recall": round(e.at(threshold)[1], 4)}
                        for low, high in SHARES for e in (between(samples, results, arch, low, high),)],
            "faceFree": {"pictures": free_pictures, "falseFaces": int((free_scores >= threshold).sum())},
            "confusion": confusion(samples, results, whole, threshold),
            "reliability": [{"low": low, "high": high, "detections": n, "right": right} for low, high, n, right in reliability(whole)],
            "byHeight": [{"low": low, "high": high, "faces": e.faces, "ap50": round(e.ap, 4),
                          "recall": round(e.at(arch.detection["scoreThreshold"])[1], 4)}
                         for low, high, e in by_height(samples, results, arch)],
            "bySource": sources,
            "threshold": arch.detection["scoreThreshold"],
            "precision": round(whole.at(arch.detection["scoreThreshold"])[0], 4),
            "recall": round(whole.at(arch.detection["scoreThreshold"])[1], 4),
            "atThresholds": {f"{t / 100:.2f}": [round(v, 4) for v in whole.at(t / 100)] for t in range(20, 96, 5)},
        }
    return figures, evaluations


def describe(figures: dict) -> str:
    lines = []
    for name, f in figures.items():
        lines.append(f"{name}: AP@0.5 {f['ap50']:.4f}, {f['images']} pictures, {f['faces']} faces; "
                     f"at {f['threshold']}: precision {f['precision']:.3f}, recall {f['recall']:.3f}")
        lines.append(f"  small faces (under {SMALL:.0%} of the input's height): {f['smallFaces']} faces, AP@0.5 {f['smallAp50']:.4f}; "
                     f"{f['faceFree']['falseFaces']} false faces in {f['faceFree']['pictures']} pictures without any")
        lines += [f"  share of the height {s['low']:.2f} to {s['high']:<5.2f}{s['faces']:>5} faces  AP {s['ap50']:.4f}"
                  for s in f["byShare"]]
        lines += [f"  height {s['low']:>4} to {s['high']:<5}{s['faces']:>5} faces  AP {s['ap50']:.4f}" for s in f["byHeight"]]
        lines += [f"  {source:<26}{s['images']:>5} pictures {s['faces']:>5} faces  AP {s['ap50']:.4f}  "
                  f"{s['falsePositives']:>4} false positives" for source, s in f["bySource"].items()]
        lines.append("  threshold: precision recall  " + "  ".join(f"{t}: {p:.3f} {r:.3f}" for t, (p, r) in f["atThresholds"].items()))
    return "\n".join(lines)


def resized(arch, size: str):
    """The same chain of layers for another input size, written WIDTHxHEIGHT."""
    try:
        width, height = (int(n) for n in size.split("x"))
    except ValueError:
        raise ArchError(f"--input {size}: write it as 640x480") from None
    return parse(arch.document | {"input": arch.document["input"] | {"width": width, "height": height}})


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="rnnpool_training.evaluate", description="Average precision or accuracy on annotated pictures.")
    subject = parser.add_mutually_exclusive_group(required=True)
    subject.add_argument("--run", help="folder of a run")
    subject.add_argument("--model", help="folder of a model: arch.json and weights.safetensors")
    parser.add_argument("--checkpoint", default="best.pt", help="of a run: best.pt (default) or checkpoint.pt")
    parser.add_argument("--input", metavar="WIDTHxHEIGHT", help="run a detector at another input size (its anchors stay)")
    parser.add_argument("--plot", help="write the precision-recall or ROC curves to this PNG")
    parser.add_argument("--json", help="write the figures to this file")
    parser.add_argument("annotations", nargs="+", help="CSV files")
    options = parser.parse_args(arguments)
    from .export import load_folded, load_run  # which needs this module for calibration

    try:
        arch, network = load_folded(options.model) if options.model else load_run(options.run, options.checkpoint)
        if options.input:
            arch = resized(arch, options.input)
        figures, text, plot = measure_sets(arch, network, options.annotations)
    except (ArchError, DataError, OSError, ValueError) as error:
        sys.exit(f"evaluate: {error}")
    print(text)
    if options.plot:
        plot(options.plot)
    if options.json:
        Path(options.json).write_text(json.dumps(figures, indent=2) + "\n", "utf-8")


def measure_sets(arch, network, paths):
    """Figures of the annotation files by name, the same as text, and a function that draws them to a path."""
    if arch.task == "classification":
        results = {}
        for path in paths:
            pictures = read_labelled(path, arch.labels)
            load_pictures(pictures)
            results[Path(path).stem] = accuracy.measure(network, arch, pictures)
        figures = {name: f for name, (f, _) in results.items()}
        return figures, accuracy.describe(figures), lambda path: accuracy.plot({n: j for n, (_, j) in results.items()}, path, arch.name)
    sets = {Path(path).stem: read_annotations(path) for path in paths}
    for samples in sets.values():
        load_pixels(samples)
    figures, evaluations = report(arch, network, sets)
    return figures, describe(figures), lambda path: plot_precision_recall(evaluations, path, arch.name)


if __name__ == "__main__":
    main()
