using static RNNPool.Edge.Models.Packages.PackageFormat;

namespace RNNPool.Edge.Models.Packages;

/// <summary>Checks each record, and the order of the records.</summary>
internal sealed partial class PackageValidator
{
    private void CheckRecord(int index, LayerRecord record, PackageHeader header)
    {
        LayerOperation operation = record.Operation;
        Require(Enum.IsDefined(operation), index, record, $"the operation {(int)operation} is not known");
        bool pool = operation == LayerOperation.RnnPool,
            head = operation == LayerOperation.Head,
            dense = operation == LayerOperation.Dense;
        bool strided = operation is LayerOperation.Conv3x3 or LayerOperation.Depthwise3x3;
        foreach (MapShape shape in (ReadOnlySpan<MapShape>)[record.Input, record.Output])
        {
            bool fits = shape is { Width: >= 1 and <= MaxSide, Height: >= 1 and <= MaxSide, Channels: >= 1 and <= MaxSide };
            Require(
                fits && (long)shape.Width * shape.Height * shape.Channels <= MaxMapValues,
                index,
                record,
                $"the map {shape} is empty, has a side over {MaxSide} or more than {MaxMapValues} values"
            );
        }

        CheckField(index, record, record.Patch, 0, pool ? MaxPatch : 0, "patch");
        CheckField(
            index,
            record,
            record.Stride,
            1,
            pool ? Math.Max(record.Patch, 1)
                : strided ? 2
                : 1,
            "stride"
        );
        CheckField(index, record, record.FractionBits, head || dense ? 4 : 0, head || dense ? 12 : 0, "count of fraction bits");
        CheckField(index, record, record.BoxFractionBits, head ? 4 : 0, head ? 12 : 0, "count of box fraction bits");
        CheckField(index, record, record.InputShift, pool ? 1 : 0, pool ? 15 : 0, "shift g1");
        CheckField(index, record, record.Hidden1, pool ? 2 : 0, pool ? MaxHidden : 0, "state size h1");
        CheckField(index, record, record.Hidden2, pool ? 2 : 0, pool ? MaxHidden : 0, "state size h2");
        Require(
            (record.Hidden1 | record.Hidden2) % 2 == 0,
            index,
            record,
            $"the state sizes {record.Hidden1} and {record.Hidden2} must be even"
        );
        CheckField(index, record, record.CellAnchors, head ? 1 : 0, head ? MaxCellAnchors : 0, "anchor count");
        CheckField(index, record, record.ClassOutputs, head ? 2 : 0, head ? 17 * MaxCellAnchors : 0, "class output count");
        if (!head)
            CheckField(index, record, record.FirstAnchor, 0, 0, "first anchor");
        if (!head)
            CheckField(index, record, record.Threshold, 0, 0, "threshold");
        if (pool || head || dense)
            CheckField(index, record, record.OutputZeroPoint, 0, 0, "output zero point");
        if (record.Relu6)
        {
            Require(strided || operation == LayerOperation.Pointwise, index, record, "only convolutions have a ReLU6");
            CheckField(index, record, record.OutputZeroPoint, -128, -128, "output zero point behind a ReLU6");
        }

        MapShape expected = ComputeOutput(index, record, header);
        Require(record.Output == expected, index, record, $"the output is {record.Output}; input, stride and operation make it {expected}");
        if (pool)
            Require(record.OutputScale == 1f / 128, index, record, $"the output scale is {record.OutputScale}; it must be 1/128");
    }

    private MapShape ComputeOutput(int index, LayerRecord record, PackageHeader header)
    {
        MapShape input = record.Input;
        switch (record.Operation)
        {
            case LayerOperation.Conv3x3 or LayerOperation.Depthwise3x3:
                int channels = record.Operation == LayerOperation.Conv3x3 ? record.Output.Channels : input.Channels;
                return new MapShape(
                    (input.Width + record.Stride - 1) / record.Stride,
                    (input.Height + record.Stride - 1) / record.Stride,
                    channels
                );
            case LayerOperation.Pointwise:
                return input with { Channels = record.Output.Channels };
            case LayerOperation.RnnPool when record.Patch == 0:
                return new MapShape(1, 1, 4 * record.Hidden2);
            case LayerOperation.RnnPool:
                int width = input.Width + (2 * record.PatchPadding) - record.Patch,
                    height = input.Height + (2 * record.PatchPadding) - record.Patch;
                Require(width >= 0 && height >= 0, index, record, $"the patch of {record.Patch} is larger than the padded input {input}");
                return new MapShape((width / record.Stride) + 1, (height / record.Stride) + 1, 4 * record.Hidden2);
            case LayerOperation.Head:
                return input with { Channels = record.ClassOutputs + (4 * record.CellAnchors) };
            case LayerOperation.AveragePool:
                return new MapShape(1, 1, input.Channels);
            default:
                Require(input.Cells == 1, index, record, $"a dense layer reads a 1x1 map, not {input}");
                return new MapShape(1, 1, header.LabelCount);
        }
    }

    private void CheckField(int index, LayerRecord record, int value, int low, int high, string what) =>
        Require(
            value >= low && value <= high,
            index,
            record,
            low == high ? $"the {what} is {value}; it must be {low}" : $"the {what} is {value}; it must be {low} to {high}"
        );

    /// <summary>The input map of each layer.</summary>
    private sealed class Chain(PackageHeader header)
    {
        private readonly List<LayerRecord> _layers = [];
        private MapShape _shape = header.Input;
        private int _zeroPoint;
        private float _scale;
        private long _anchors;

        public void Follow(PackageValidator validator, int index, LayerRecord record)
        {
            validator.Require(record.Input == _shape, index, record, $"the input is {record.Input}, but {_shape} reaches it");
            validator.Require(
                record.InputZeroPoint == _zeroPoint,
                index,
                record,
                $"the input zero point is {record.InputZeroPoint}, but that of the map that reaches it is {_zeroPoint}"
            );
            validator.Require(
                index == 0 || record.InputScale == _scale,
                index,
                record,
                $"the input scale is {record.InputScale}, but that of the map that reaches it is {_scale}"
            );
            validator.Require(
                index == 0 || _layers[^1].Operation != LayerOperation.Depthwise3x3 || record.Operation == LayerOperation.Pointwise,
                index,
                record,
                "only a pointwise layer can follow a depthwise layer"
            );
            if (record.ResidualOf is int source)
                CheckResidual(validator, index, record, source);

            if (record.Operation == LayerOperation.Head)
            {
                validator.Require(!header.IsClassifier, index, record, "a classifier has no heads");
                validator.Require(
                    record.FirstAnchor == _anchors,
                    index,
                    record,
                    $"the first anchor is {record.FirstAnchor}; it must be {_anchors}"
                );
                _anchors += (long)record.Input.Cells * record.CellAnchors;
            }
            else
            {
                bool whole =
                    record.Operation is LayerOperation.AveragePool or LayerOperation.Dense
                    || record is { Operation: LayerOperation.RnnPool, Patch: 0 };
                validator.Require(header.IsClassifier || !whole, index, record, "a detector has no layer over the whole map");
                validator.Require(
                    record.Operation != LayerOperation.Dense || index == header.LayerCount - 1,
                    index,
                    record,
                    "a dense layer can only be the last"
                );
                _shape = record.Output;
                _zeroPoint = record.OutputZeroPoint;
                _scale = record.OutputScale;
            }

            _layers.Add(record);
        }

        public void Finish(PackageValidator validator)
        {
            LayerOperation last = header.IsClassifier ? LayerOperation.Dense : LayerOperation.Head;
            validator.Require(
                _layers[^1].Operation == last,
                _layers.Count - 1,
                _layers[^1],
                $"the last layer is {_layers[^1].Operation}; it must be {last}"
            );
            validator.Require(_anchors == header.AnchorCount, $"the heads have {_anchors} anchors; the header states {header.AnchorCount}");
        }

        private void CheckResidual(PackageValidator validator, int index, LayerRecord record, int source)
        {
            bool block =
                record.Operation == LayerOperation.Pointwise
                && !record.Relu6
                && index >= 1
                && _layers[index - 1] is { Operation: LayerOperation.Depthwise3x3, Stride: 1 };
            validator.Require(block, index, record, "only a linear pointwise layer behind a depthwise layer with stride 1 has a residual");
            bool expanded =
                index >= 2 && source == index - 2 && _layers[index - 2] is { Operation: LayerOperation.Pointwise, ResidualOf: null };
            validator.Require(
                source == index - 1 || expanded,
                index,
                record,
                $"the residual is of layer {source}; it must be {index - 1}, or {index - 2} when that is an expansion"
            );
            LayerRecord from = _layers[source];
            validator.Require(
                from.Input == record.Output && from.InputZeroPoint == record.OutputZeroPoint && from.InputScale == record.OutputScale,
                index,
                record,
                $"shape, zero point and scale of the output differ from those of the input of layer {source} that is added"
            );
        }
    }
}
