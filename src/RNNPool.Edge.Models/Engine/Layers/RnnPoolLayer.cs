using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using RNNPool.Edge.Models.Engine.Kernels;
using RNNPool.Edge.Models.Engine.Vectors;
using RNNPool.Edge.Models.Packages;

namespace RNNPool.Edge.Models.Engine.Layers;

/// <summary>RNNPOOL: W1 x of all cells, then the pipelines of the rows and of the columns.</summary>
internal sealed unsafe class RnnPoolLayer<TOps, V, TNarrow, VN> : EngineLayer
    where TOps : struct, IVectorOps<V>
    where V : unmanaged
    where TNarrow : struct, IVectorOps<VN>
    where VN : unmanaged
{
    private readonly MapElement _element;
    private readonly SweepPipeline<TOps, V, TNarrow, VN> _rows,
        _columns;
    private readonly PackedConvolution _packed;
    private LayerBuffers _buffers;
    private ConvolutionArguments _projection;
    private SweepBuffers _rowBuffers,
        _columnBuffers;
    private short* _words;

    public RnnPoolLayer(PackageLayer layer, MapElement element)
        : base(layer)
    {
        LayerRecord record = layer.Record;
        _element = element;
        var weights = new RnnWeights(layer);
        _rows = new(SweepGeometry.Rows(record), weights, record.Hidden1, record.Hidden2, element);
        _columns = new(SweepGeometry.Columns(record), weights, record.Hidden1, record.Hidden2, element);
        int elements = PackageFormat.Pad2(record.Input.Channels);
        _packed = PackedConvolution.Create<TOps, WordMap<TOps, V>, V>(
            record.Hidden1,
            1,
            record.Input.Channels,
            (output, _, channel) => layer.W1[PackageLayer.RnnInputIndex(elements, output, channel)],
            output => (layer.B1[output], 0)
        );
    }

    public override long ScratchBytes(in MapLayout input) =>
        WordBytes(input) + CellBytes() + Math.Max(_rows.ScratchBytes, _columns.ScratchBytes);

    public override void Bind(in LayerBuffers buffers)
    {
        LayerRecord record = Layer.Record;
        MapLayout input = buffers.InputLayout,
            output = buffers.OutputLayout;
        _buffers = buffers;
        bool convert = _element != MapElement.Word;
        int width = record.Input.Width,
            states = _rows.InputStates;
        _words = (short*)buffers.Scratch;
        short* cells = (short*)(buffers.Scratch + WordBytes(input));
        byte* scratch = (byte*)cells + CellBytes();
        _projection = new ConvolutionArguments
        {
            Width = width,
            Cells = record.Input.Cells,
            Input = convert ? (byte*)_words : buffers.Input + input.Origin,
            InputCell = 2 * input.Pitch,
            InputRow = convert ? 2 * input.Pitch * width : input.RowBytes,
            Runs = 1,
            Groups = _packed.Groups,
            Output = (byte*)cells,
            OutputCell = 2 * states,
            OutputRow = 2 * states * width,
            OutputElement = 2,
            Weights = _packed.Weights.Pointer,
            Parameters = _packed.Parameters.Pointer,
            Vectors = _packed.Vectors,
            LastOutput = _packed.LastOutput,
            Finish = Finish.Shifted,
            Shift = record.InputShift,
        };
        _rowBuffers = new SweepBuffers
        {
            Cells = cells,
            LineStep = states * width,
            PositionStep = states,
            Output = buffers.Output + output.Origin,
            OutputStep = output.RowBytes,
            WindowStep = output.CellBytes,
            Scratch = scratch,
        };
        _columnBuffers = new SweepBuffers
        {
            Cells = cells,
            LineStep = states,
            PositionStep = states * width,
            Output = buffers.Output + output.Origin + (2 * record.Hidden2 * output.ElementBytes),
            OutputStep = output.CellBytes,
            WindowStep = output.RowBytes,
            Scratch = scratch,
        };
    }

    public override void Run()
    {
        if (_element != MapElement.Word)
        {
            MapLayout layout = _buffers.InputLayout;
            int row = layout.Shape.Width * layout.Pitch;
            for (int y = 0; y < layout.Shape.Height; y++)
                ConvertRow(_buffers.Input + layout.Origin + ((nint)y * layout.RowBytes), _words + ((nint)y * row), row, _element);
        }

        ConvolutionKernel<TOps, WordMap<TOps, V>, V>.Run(ref _projection);
        _rows.Run(_rowBuffers);
        _columns.Run(_columnBuffers);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ConvertRow(byte* source, short* target, int count, MapElement element)
    {
        int i = 0;
        for (; i <= count - 8; i += 8)
        {
            Vector64<byte> bytes = Vector64.Load(source + i);
            Vector128<short> words =
                element == MapElement.SignedByte
                    ? Vector128.WidenLower(bytes.ToVector128Unsafe().AsSByte())
                    : Vector128.WidenLower(bytes.ToVector128Unsafe()).AsInt16() - Vector128.Create((short)128);
            words.Store(target + i);
        }

        for (; i < count; i++)
            target[i] = element == MapElement.SignedByte ? (sbyte)source[i] : (short)(source[i] - 128);
    }

    private long WordBytes(in MapLayout input) =>
        _element == MapElement.Word ? 0 : Align((2L * input.Shape.Cells * input.Pitch) + MapLayout.Slack);

    private long CellBytes() => Align((2L * Layer.Record.Input.Cells * _rows.InputStates) + MapLayout.Slack);

    private static long Align(long bytes) => (bytes + 63) & -64;
}
