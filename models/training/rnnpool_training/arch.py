"""arch.json: a network as a chain of layers, in the words of the RNNPool papers. Reading, checking and counting."""

import json
import math
from dataclasses import dataclass, field
from pathlib import Path


class ArchError(ValueError):
    """arch.json does not describe a network; the message says what is wrong and where."""


@dataclass(frozen=True)
class Anchor:
    width: float
    height: float
    background: int  # background logits, of which the largest is kept (S3FD's max-out)


@dataclass(frozen=True)
class Layer:
    type: str
    name: str
    options: dict = field(default_factory=dict)

    def __getattr__(self, key):
        try:
            return self.__dict__["options"][key]
        except KeyError:
            raise AttributeError(key) from None


@dataclass(frozen=True)
class Arch:
    name: str
    task: str
    width: int
    height: int
    channels: int
    mean: float
    scale: float
    labels: tuple
    layers: tuple
    detection: dict
    document: dict
    fit: str = "letterbox"  # how pictures of other proportions become the input

    @property
    def heads(self):
        return [layer for layer in self.layers if layer.type == "head"]


FITS = ("letterbox", "stretch")

# For every layer type: key -> (kinds allowed, default or None when required)
_LAYERS = {
    "resize": {"scale": (float, None)},
    "conv": {"kernel": (int, None), "channels": (int, None), "stride": (int, 1), "activation": (str, "relu6")},
    "rnnpool": {"patch": (int, 0), "stride": (int, 1), "hidden1": (int, None), "hidden2": (int, None),
                "gate": (str, "hard"), "global": (bool, False)},
    "bottleneck": {"expansion": (int, None), "channels": (int, None), "repeats": (int, 1), "stride": (int, 1)},
    "separable": {"channels": (int, None), "repeats": (int, 1), "stride": (int, 1)},
    "head": {"anchors": (list, None), "l2norm": (float, 0.0)},
    "averagepool": {},
    "dense": {"channels": (int, None)},
}


def _require(document, key, kind, where):
    if key not in document:
        raise ArchError(f"{where}: '{key}' is missing")
    return _typed(document[key], key, kind, where)


def _typed(value, key, kind, where):
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise ArchError(f"{where}: '{key}' is {value!r}, not of type {kind.__name__}")
    return value


def _layer(document, index):
    where = f"layers[{index}]"
    if not isinstance(document, dict):
        raise ArchError(f"{where}: a layer is an object, not {document!r}")
    kind = _require(document, "type", str, where)
    if kind not in _LAYERS:
        raise ArchError(f"{where}: unknown type '{kind}'; known are {', '.join(_LAYERS)}")
    name = _typed(document.get("name", kind), "name", str, where)
    where = f"{where} ('{name}')"
    allowed = _LAYERS[kind]
    for key in document:
        if key not in allowed and key not in ("type", "name"):
            raise ArchError(f"{where}: '{key}' is not an option of {kind}")
    options = {}
    for key, (value_kind, default) in allowed.items():
        options[key] = default if key not in document and default is not None else _require(document, key, value_kind, where)
    for key in ("channels", "stride", "hidden1", "hidden2", "expansion", "repeats", "kernel"):
        if key in options and not 1 <= options[key] <= 4096:
            raise ArchError(f"{where}: '{key}' is {options[key]}; it must be 1 to 4096")
    if kind == "resize" and not 0.25 <= options["scale"] < 1:
        raise ArchError(f"{where}: 'scale' is {options['scale']}; it must be at least 0.25 and less than 1")
    if kind == "conv" and (options["kernel"] % 2 == 0 or options["activation"] not in ("relu6", "none")):
        raise ArchError(f"{where}: the kernel must be odd and the activation 'relu6' or 'none'")
    if kind == "rnnpool":
        if options["gate"] not in ("hard", "smooth"):
            raise ArchError(f"{where}: 'gate' is '{options['gate']}'; it must be 'hard' or 'smooth'")
        if options["global"]:
            options["patch"] = 0
        if options["patch"] < 0 or 0 < options["patch"] < options["stride"]:
            raise ArchError(f"{where}: patch {options['patch']} is smaller than stride {options['stride']}")
    if kind == "head":
        options["anchors"] = tuple(_anchor(a, i, where) for i, a in enumerate(options["anchors"]))
        if not options["anchors"]:
            raise ArchError(f"{where}: a head needs at least one anchor")
    return Layer(kind, name, options)


def _anchor(document, index, where):
    where = f"{where}.anchors[{index}]"
    if not isinstance(document, dict):
        raise ArchError(f"{where}: an anchor is an object, not {document!r}")
    anchor = Anchor(_require(document, "width", float, where), _require(document, "height", float, where),
                    _typed(document.get("background", 1), "background", int, where))
    if anchor.width <= 0 or anchor.height <= 0 or not 1 <= anchor.background <= 16:
        raise ArchError(f"{where}: width and height must be positive and background 1 to 16")
    return anchor


def parse(document) -> Arch:
    if not isinstance(document, dict) or document.get("format") != "rnnpool-arch":
        raise ArchError("not an arch.json: 'format' is not 'rnnpool-arch'")
    if document.get("version") != 1:
        raise ArchError(f"version {document.get('version')!r} of arch.json is not known; this reads version 1")
    task = _require(document, "task", str, "arch.json")
    if task not in ("detection", "classification"):
        raise ArchError(f"arch.json: 'task' is '{task}'; it must be 'detection' or 'classification'")
    source = _require(document, "input", dict, "arch.json")
    size = {key: _require(source, key, int, "input") for key in ("width", "height", "channels")}
    for key, value in size.items():
        if not 1 <= value <= 4096:
            raise ArchError(f"input: '{key}' is {value}; it must be 1 to 4096")
    scale = _require(source, "scale", float, "input")
    if scale <= 0:
        raise ArchError(f"input: 'scale' is {scale}; it must be positive")
    fit = source.get("fit", "letterbox")
    if fit not in FITS:
        raise ArchError(f"input: 'fit' is {fit!r}; it must be one of {', '.join(FITS)}")
    if fit != "letterbox" and task == "detection":
        raise ArchError(f"input: 'fit' is '{fit}'; the detectors here are trained on letterboxed pictures only")
    layers = tuple(_layer(d, i) for i, d in enumerate(_require(document, "layers", list, "arch.json")))
    names = [layer.name for layer in layers]
    for name in names:
        if names.count(name) > 1:
            raise ArchError(f"layers: the name '{name}' is used {names.count(name)} times")
    if task == "detection" and not any(layer.type == "head" for layer in layers):
        raise ArchError("layers: a detector needs at least one head")
    if task == "classification" and (not layers or layers[-1].type != "dense"):
        raise ArchError("layers: a classifier ends with a dense layer")
    detection = dict(document.get("detection", {}))
    arch = Arch(_require(document, "name", str, "arch.json"), task, size["width"], size["height"], size["channels"],
                _require(source, "mean", float, "input"), scale, tuple(_require(document, "labels", list, "arch.json")),
                layers, detection, document, fit)
    for stage in stages(arch):
        if stage.height < 1 or stage.width < 1:
            raise ArchError(f"layer '{stage.layer.name}': nothing is left of the picture ({stage.width}x{stage.height})")
    return arch


def load(path) -> Arch:
    path = Path(path)
    try:
        return parse(json.loads(path.read_text("utf-8")))
    except OSError as error:
        raise ArchError(f"{path}: {error.strerror}") from None
    except json.JSONDecodeError as error:
        raise ArchError(f"{path}: not JSON (line {error.lineno}: {error.msg})") from None
    except ArchError as error:
        raise ArchError(f"{path}: {error}") from None


@dataclass(frozen=True)
class Stage:
    """A layer with the map it leaves, its cost and what one of its outputs sees."""

    layer: Layer
    width: int
    height: int
    channels: int
    stride: float  # input pixels per cell; whole unless the map was resized
    receptive_field: int  # input pixels, along one side
    madds: int
    parameters: int  # batch norm folded


def _conv_size(n, kernel, stride):
    return (n + 2 * (kernel // 2) - kernel) // stride + 1


def pool_size(n: int, patch: int, stride: int) -> int:
    return (n + 2 * ((patch - stride) // 2) - patch) // stride + 1


def stages(arch: Arch, width: int | None = None, height: int | None = None):
    """Follows the map through the chain. MAdds count every multiplication of weights (biases, gates and residual
    additions are left out), with RNNPool's shared sweeps as they are computed, zero padding included."""
    w, h, c, stride, field_size = width or arch.width, height or arch.height, arch.channels, 1, 1
    result = []

    def convolve(kernel, step):
        nonlocal w, h, stride, field_size
        w, h = _conv_size(w, kernel, step), _conv_size(h, kernel, step)
        field_size += (kernel - 1) * stride
        stride *= step

    for layer in arch.layers:
        madds = parameters = 0
        out = c
        if layer.type == "resize":
            w, h = int(w * layer.scale), int(h * layer.scale)
            field_size += 3 * stride
            stride /= layer.scale
            madds = w * h * c * 16
        elif layer.type == "conv":
            convolve(layer.kernel, layer.stride)
            out = layer.channels
            madds = w * h * out * c * layer.kernel**2
            parameters = out * c * layer.kernel**2 + out
        elif layer.type == "rnnpool":
            h1, h2 = layer.hidden1, layer.hidden2
            patch = layer.patch
            pad = (patch - layer.stride) // 2 if patch else 0
            rows, cols = h + 2 * pad, w + 2 * pad
            nr, nc = (pool_size(h, patch, layer.stride), pool_size(w, patch, layer.stride)) if patch else (1, 1)
            steps_row, steps_col = (patch, patch) if patch else (cols, rows)
            final_row, final_col = (patch, patch) if patch else (rows, cols)
            sweeps = rows * nc * steps_row + cols * nr * steps_col
            finals = 2 * nr * nc * (final_row + final_col)
            madds = w * h * c * h1 + sweeps * h1 * h1 + (rows * nc + cols * nr) * h1 * h2 + finals * h2 * h2
            parameters = h1 * (c + h1 + 2) + h2 * (h1 + h2 + 2)
            if patch:
                field_size += (patch - 1) * stride
                stride *= layer.stride
            else:
                field_size += (max(w, h) - 1) * stride
                stride *= max(w, h)
            w, h, out = nc, nr, 4 * h2
        elif layer.type in ("bottleneck", "separable"):
            out = layer.channels
            for repeat in range(layer.repeats):
                inputs = c if repeat == 0 else out
                wide = inputs * layer.expansion if layer.type == "bottleneck" else inputs
                if layer.type == "bottleneck" and layer.expansion > 1:
                    madds += w * h * inputs * wide
                    parameters += inputs * wide + wide
                convolve(3, layer.stride if repeat == 0 else 1)
                madds += w * h * (wide * 9 + wide * out)
                parameters += wide * 10 + wide * out + out
        elif layer.type == "head":
            outputs = sum(a.background + 1 + 4 for a in layer.anchors)
            madds = w * h * c * 9 * outputs
            parameters = c * 9 * outputs + outputs + (c if layer.l2norm else 0)
        elif layer.type == "averagepool":
            field_size += (max(w, h) - 1) * stride
            w = h = 1
        elif layer.type == "dense":
            out = layer.channels
            madds = w * h * c * out
            parameters = w * h * c * out + out
            w = h = 1
        c = out
        result.append(Stage(layer, w, h, c, stride, math.ceil(field_size), madds, parameters))
    return result


def summary(arch: Arch) -> str:
    rows = [f"{'layer':<8}{'type':<12}{'map':>14}{'field':>7}{'MAdds':>12}{'parameters':>12}"]
    table = stages(arch)
    for s in table:
        shape = f"{s.width}x{s.height}x{s.channels}"
        rows.append(f"{s.layer.name:<8}{s.layer.type:<12}{shape:>14}{s.receptive_field:>7}{s.madds:>12,}{s.parameters:>12,}")
    rows.append(f"{'total':<41}{sum(s.madds for s in table):>12,}{sum(s.parameters for s in table):>12,}")
    return "\n".join(rows)


if __name__ == "__main__":
    import sys

    try:
        print(summary(load(sys.argv[1])))
    except (ArchError, IndexError) as error:
        sys.exit(f"arch: {error}" if isinstance(error, ArchError) else "usage: python3 -m rnnpool_training.arch arch.json")
