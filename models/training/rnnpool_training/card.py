"""Measures a model on annotated pictures and writes what it found into its card:
python3 -m rnnpool_training.card --model ../face-qvga --run runs/face-qvga val.csv val-natural.csv

The card keeps its text; what stands between the two lines `<!-- measured -->` and `<!-- end -->` is replaced.
"""

import argparse
import json
import sys
from pathlib import Path

import torch

from .arch import ArchError, stages
from .data import DataError
from .evaluate import SMALL, measure_sets
from .export import load_folded
from .safetensors import SafetensorsError
from .train import TASKS, plot_curve

BEGIN, END = "<!-- measured -->", "<!-- end -->"


def table(header, rows):
    lines = ["| " + " | ".join(header) + " |", "|" + "---|" * len(header)]
    return "\n".join(lines + ["| " + " | ".join(str(c) for c in row) + " |" for row in rows])


def rate(value) -> str:
    return "-" if value is None else f"{value:.3f}"


def accuracy_parts(arch, figures):
    none, person = arch.labels[0], arch.labels[-1]
    yield "## Accuracy"
    yield table(("pictures", "number", person, "accuracy", f"{person} noticed", f"{none} left alone", "balanced", "AUC",
                 "calibration error"),
                [(name, f["images"], f["persons"], f"**{rate(f['accuracy'])}**", rate(f["recall"]), rate(f["specificity"]),
                  rate(f["balancedAccuracy"]), rate(f["auc"]), rate(f["calibrationError"])) for name, f in figures.items()])
    for name, f in figures.items():
        yield f"Confusion on {name} at {f['threshold']}:"
        a, b, c, d = f["confusion"]
        yield table(("", f"said {none}", f"said {person}"), [(f"is {none}", a, b), (f"is {person}", c, d)])
    yield f"By source; those with one label only can be recognised by the look of their pictures, so the last row counts more:"
    columns = ("set", "source", "pictures", person, "accuracy", f"{person} noticed", f"{none} left alone")

    def row(name, what, r):
        return name, what, r["images"], r["persons"], rate(r["accuracy"]), rate(r["recall"]), rate(r["specificity"])

    yield table(columns, [row(name, source, r) for name, f in figures.items() for source, r in
                          [*f["bySource"].items(), *([("**all with both labels**", f["mixed"])] if f["mixed"] else [])]])
    yield "By whether a picture was grey at its source (all are grey when the network sees them):"
    yield table(("set", "at the source", *columns[2:]),
                [row(name, grey, r) for name, f in figures.items() for grey, r in f["byGrey"].items()])
    yield f"By the share of the picture that the largest {person} covers:"
    yield table(("set", "share", person, f"{person} noticed"),
                [(name, f"{r['low']:.0%} to {r['high']:.0%}", r["images"], rate(r["recall"]))
                 for name, f in figures.items() for r in f["byArea"]])
    yield "By threshold:"
    yield table(("set", "threshold", "accuracy", f"{person} noticed", f"{none} left alone"),
                [(name, t, rate(r["accuracy"]), rate(r["recall"]), rate(r["specificity"]))
                 for name, f in figures.items() for t, r in f["atThresholds"].items()])
    yield "![ROC curve and reliability](roc.png)"


def detection_parts(arch, figures):
    yield "## Accuracy"
    yield table(
        ("pictures", "number", "faces", "AP@0.5", f"precision at {arch.detection['scoreThreshold']}",
         f"recall at {arch.detection['scoreThreshold']}"),
        [(name, f["images"], f["faces"], f"**{f['ap50']:.3f}**", f"{f['precision']:.3f}", f"{f['recall']:.3f}")
         for name, f in figures.items()])
    parts = []
    names = list(figures)
    parts.append("By height of the face as a share of the input's height, which compares models of different input sizes (a face of "
                 f"another height counts neither way); small faces are those under {SMALL:.0%}:")
    cells = ("faces", "ap50", "recall")
    rows = [("**small**", *(c for n in names for c in (figures[n]["smallFaces"], f"**{figures[n]['smallAp50']:.3f}**", "")))]
    for i, band in enumerate(figures[names[0]]["byShare"]):
        label = f"{band['low']:.0%} to {band['high']:.0%}" if band["high"] <= 1 else f"from {band['low']:.0%}"
        rows.append((label, *(_cell(figures[n]["byShare"][i], key) for n in names for key in cells)))
    parts.append(table(("height", *(c for n in names for c in (f"{n}: faces", "AP", "recall"))), rows))
    parts.append(f"By height of the face in pixels of the {arch.width}x{arch.height} input:")
    rows = []
    for i, bin_ in enumerate(figures[names[0]]["byHeight"]):
        label = f"{bin_['low']} to {bin_['high']} px" if bin_["high"] < 1000 else f"from {bin_['low']} px"
        rows.append((label, *(_cell(figures[n]["byHeight"][i], key) for n in names for key in cells)))
    parts.append(table(("height", *(c for n in names for c in (f"{n}: faces", "AP", "recall"))), rows))
    parts.append("By source:")
    parts.append(table(("set", "source", "pictures", "faces", "AP@0.5", "false positives at the threshold"),
                       [(name, source, s["images"], s["faces"], f"{s['ap50']:.3f}" if s["faces"] else "-", s["falsePositives"])
                        for name, f in figures.items() for source, s in f["bySource"].items()]))
    parts.append("Precision and recall by threshold:")
    thresholds = list(figures[names[0]]["atThresholds"])[2::2]
    parts.append(table(("threshold", *(f"{n}: precision, recall" for n in names)),
                       [(t, *("{:.3f}, {:.3f}".format(*figures[n]["atThresholds"][t]) for n in names)) for t in thresholds]))
    parts.append("![precision and recall](precision-recall.png)")
    parts.append(f"Confusion at the threshold, {arch.detection['scoreThreshold']}. Of faces:")
    parts.append(table(("pictures", "found", "missed", "false"),
                       [(n, *(f["confusion"][k] for k in ("found", "missed", "false"))) for n, f in figures.items()]))
    parts.append("Of pictures (those with doubtful boxes only are left out):")
    parts.append(table(("pictures", "with a face: something found", "nothing found", "without any face: something found", "nothing found"),
                       [(n, *f["confusion"]["withFace"], *f["confusion"]["withoutFace"]) for n, f in figures.items()]))
    parts.append("What a score means: of the detections with such a score, how many are right.")
    bands = [[f["reliability"][i] for f in figures.values()] for i in range(len(figures[names[0]]["reliability"]))]
    parts.append(table(("score", *(f"{n}: detections, right" for n in names)), [
        (f"{band[0]['low']:.2f} to {band[0]['high']:.2f}",
         *(f"{b['detections']}, {b['right'] / b['detections']:.2f}" if b["detections"] else "0, -" for b in band)) for band in bands]))
    yield from parts


def measured(model, arch, figures, step) -> str:
    layers = stages(arch)
    sizes = [(f"`{p.name}`", f"{p.stat().st_size:,} bytes") for p in sorted(Path(model).iterdir())
             if p.suffix in (".onnx", ".safetensors", ".rnnp")]
    detects = arch.task == "detection"
    parts = [*(detection_parts if detects else accuracy_parts)(arch, figures), "## Size and cost"]
    parts.append(table(("what", "how much"), [
        ("parameters, batch norm folded", f"{sum(s.parameters for s in layers):,}"),
        ("multiply-adds per frame, sweeps shared", f"{sum(s.madds for s in layers):,}"),
        *([("receptive field of the last head", f"{layers[-1].receptive_field} px")] if detects else []), *sizes]))
    parts.append(table(("layer", "kind", "output", "multiply-adds", "parameters"),
                       [(s.layer.name, s.layer.type, f"{s.width}x{s.height}x{s.channels}", f"{s.madds:,}", f"{s.parameters:,}")
                        for s in layers]))
    if step:
        parts.append("## Training")
        parts.append(f"{step:,} steps. Losses and {'AP' if detects else 'accuracy'} of the averaged weights on the way:")
        parts.append("![training curve](training-curve.png)")
    return "\n\n".join(parts)


def _cell(band, key):
    return band["faces"] if key == "faces" else f"{band[key]:.3f}" if band["faces"] else "-"


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="rnnpool_training.card", description="Measure a model and bring its card up to date.")
    parser.add_argument("--model", required=True, help="folder with arch.json, weights.safetensors and card.md")
    parser.add_argument("--run", help="folder of the run it comes from, for the training curve")
    parser.add_argument("--checkpoint", default="best.pt",
                        help="of the run, from which the model was exported: best.pt (default) or checkpoint.pt")
    parser.add_argument("annotations", nargs="+", help="CSV files")
    options = parser.parse_args(arguments)
    model = Path(options.model)
    try:
        arch, network = load_folded(model)
        card = (model / "card.md").read_text("utf-8")
        if BEGIN not in card or END not in card.split(BEGIN, 1)[1]:
            raise ValueError(f"{model / 'card.md'}: the lines '{BEGIN}' and '{END}' are missing")
        figures, _, plot = measure_sets(arch, network, options.annotations)
        step = 0
        if options.run:
            state = torch.load(Path(options.run) / options.checkpoint, map_location="cpu")
            step = state["step"]
            plot_curve(state["history"], TASKS[arch.task], model / "training-curve.png")
    except (ArchError, DataError, SafetensorsError, OSError, ValueError) as error:
        sys.exit(f"card: {error}")
    plot(model / ("precision-recall.png" if arch.task == "detection" else "roc.png"))
    before, rest = card.split(BEGIN, 1)
    after = rest.split(END, 1)[1]
    (model / "card.md").write_text(f"{before}{BEGIN}\n\n{measured(model, arch, figures, step)}\n\n{END}{after}", "utf-8")
    print(json.dumps({name: {k: f[k] for k in ("ap50", "precision", "accuracy", "recall") if k in f} for name, f in figures.items()}))


if __name__ == "__main__":
    main()
