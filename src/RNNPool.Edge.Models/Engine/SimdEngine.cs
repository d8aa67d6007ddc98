using System.Runtime.InteropServices;
using RNNPool.Edge.Models.Engine.Kernels;
using RNNPool.Edge.Models.Engine.Layers;
using RNNPool.Edge.Models.Engine.Vectors;
using RNNPool.Edge.Models.Interpreter;
using RNNPool.Edge.Models.Packages;

namespace RNNPool.Edge.Models.Engine;

/// <summary>
/// Runs a package with vector instructions on one thread, with the bytes of <see cref="QuantizedInterpreter"/>. Not thread-safe; allocates
/// nothing after construction.
/// </summary>
public sealed unsafe class SimdEngine : IPackageEngine
{
    private const long MaxArenaBytes = 512 << 20;

    private readonly EngineKernels _kernels;
    private readonly EngineLayer[] _layers;
    private readonly MapPlan _plan;
    private readonly PinnedMemory _arena;
    private readonly DetectionDecoder? _decoder;
    private readonly short[] _logits;

    /// <summary>Packs the weights and plans the arena.</summary>
    /// <param name="package">The package.</param>
    /// <param name="options">Values that replace the package's in the decoding; null for the package's own.</param>
    /// <param name="instructions">The instructions; null for the fastest of this machine.</param>
    /// <exception cref="NotSupportedException">This machine does not have the instructions.</exception>
    /// <exception cref="ModelException">The package needs too much memory.</exception>
    public SimdEngine(ModelPackage package, DecodingOptions? options = null, SimdInstructions? instructions = null)
        : this(package, options, instructions, keepMaps: false) { }

    internal SimdEngine(ModelPackage package, DecodingOptions? options, SimdInstructions? instructions, bool keepMaps)
    {
        ArgumentNullException.ThrowIfNull(package);
        Package = package;
        Instructions = instructions ?? SimdSupport.Supported[0];
        if (!SimdSupport.Supported.Contains(Instructions))
            throw new NotSupportedException($"This machine has no {Instructions} instructions.");
        _kernels = EngineKernels.For(Instructions);
        _layers = [.. package.Layers.Select(_kernels.Create)];
        _plan = new MapPlan(
            [.. package.Layers.Select(layer => layer.Record)],
            _kernels.Element == MapElement.Word ? sizeof(short) : sizeof(byte),
            (layer, input) => _layers[layer].ScratchBytes(input),
            keepMaps
        );
        if (_plan.ArenaBytes > MaxArenaBytes)
            throw new ModelException(
                $"{package.Header.Name} needs {_plan.ArenaBytes >> 20} MiB of working memory on this machine; "
                    + $"at most {MaxArenaBytes >> 20} are accepted."
            );
        _arena = new PinnedMemory(_plan.ArenaBytes);
        for (int i = 0; i < _layers.Length; i++)
            Bind(i);
        _logits = new short[package.Header.IsClassifier ? package.Layers[^1].Record.Outputs : 0];
        if (!package.Header.IsClassifier)
            _decoder = new DetectionDecoder(package, options ?? new DecodingOptions());
    }

    /// <inheritdoc/>
    public ModelPackage Package { get; }

    /// <summary>The instructions that it uses.</summary>
    public SimdInstructions Instructions { get; }

    /// <summary>Bytes of working memory.</summary>
    public long ArenaBytes => _plan.ArenaBytes;

    /// <inheritdoc/>
    public ReadOnlySpan<PackageDetection> Detections => _decoder is null ? default : _decoder.Detections;

    /// <summary>Outputs of the dense layer for the last picture, with its fraction bits; empty for a detector.</summary>
    public ReadOnlySpan<short> Logits => _logits;

    /// <inheritdoc/>
    public PackageClassification Classification =>
        Package.Header.IsClassifier
            ? PackageClassification.Compute(Logits, Package.Layers[^1].Record.FractionBits)
            : throw new InvalidOperationException($"{Package.Header.Name} is a detector.");

    /// <summary>The working memory, for tests that no run depends on what an earlier one left there.</summary>
    internal Span<byte> Arena => _arena.Span;

    /// <inheritdoc/>
    public void Run(ReadOnlySpan<byte> picture)
    {
        if (picture.Length != Package.Header.Input.Count)
            throw new ArgumentException(
                $"The picture has {picture.Length} bytes; {Package.Header.Name} reads {Package.Header.Input.Count}.",
                nameof(picture)
            );
        Begin(picture);
        for (int i = 0; i < _layers.Length; i++)
            RunLayer(i);
        Finish();
    }

    /// <summary>The first part of <see cref="Run"/>; all layers follow in order, then <see cref="Finish"/>.</summary>
    internal void Begin(ReadOnlySpan<byte> picture)
    {
        PictureLoader.Load(picture, MapAt(0), _plan.Layouts[0], _kernels.Element);
        _plan.Layouts[0].FillBorder(MapAt(0), Stored(0));
        _decoder?.Begin();
    }

    internal void RunLayer(int layer)
    {
        _layers[layer].Run();
        LayerRecord record = Package.Layers[layer].Record;
        if (record.Operation == LayerOperation.Head)
            _decoder!.AddHead(layer, MemoryMarshal.Cast<byte, short>(MapAt(layer + 1)), _plan.Layouts[layer + 1].Pitch);
        else
            _plan.Layouts[layer + 1].FillBorder(MapAt(layer + 1), Stored(record.OutputZeroPoint));
    }

    internal void Finish()
    {
        _decoder?.Finish();
        MemoryMarshal.Cast<byte, short>(MapAt(_layers.Length))[.._logits.Length].CopyTo(_logits);
    }

    /// <summary>Runs the multiply-adds of convolutions alone; see <see cref="MultiplyPeak{TOps, TMap, V}"/>.</summary>
    internal long MultiplyPeak(int rounds, Span<int> result) => _kernels.MultiplyPeak(rounds, result);

    /// <summary>Output map of a layer for the last picture, when all maps are kept.</summary>
    internal void CopyMap(int layer, Span<sbyte> target)
    {
        MapLayout layout = _plan.Layouts[layer + 1];
        byte* map = _arena.Pointer + _plan.Offsets[layer + 1] + layout.Origin;
        int at = 0;
        for (int y = 0; y < layout.Shape.Height; y++)
        {
            for (int x = 0; x < layout.Shape.Width; x++)
            {
                byte* cell = map + (y * layout.RowBytes) + (x * layout.CellBytes);
                for (int c = 0; c < layout.Shape.Channels; c++)
                {
                    target[at++] = _kernels.Element switch
                    {
                        MapElement.Word => checked((sbyte)((short*)cell)[c]),
                        MapElement.SignedByte => ((sbyte*)cell)[c],
                        _ => (sbyte)(cell[c] - 128),
                    };
                }
            }
        }
    }

    /// <summary>Outputs of a head or a dense layer for the last picture, when all maps are kept.</summary>
    internal void CopyOutputs(int layer, Span<short> target)
    {
        MapLayout layout = _plan.Layouts[layer + 1];
        short* outputs = (short*)(_arena.Pointer + _plan.Offsets[layer + 1]);
        int count = layout.Shape.Channels;
        for (int cell = 0; cell < layout.Shape.Cells; cell++)
            new ReadOnlySpan<short>(outputs + (cell * layout.Pitch), count).CopyTo(target.Slice(cell * count, count));
    }

    private void Bind(int layer)
    {
        byte* arena = _arena.Pointer;
        int input = _plan.InputOf(layer);
        var buffers = new LayerBuffers
        {
            Input = arena + _plan.Offsets[input],
            InputLayout = _plan.Layouts[input],
            Output = arena + _plan.Offsets[layer + 1],
            OutputLayout = _plan.Layouts[layer + 1],
            Scratch = arena + _plan.ScratchOffsets[layer],
        };
        if (Package.Layers[layer].Record.ResidualOf is int source)
        {
            buffers.Residual = arena + _plan.Offsets[_plan.InputOf(source)];
            buffers.ResidualLayout = _plan.Layouts[_plan.InputOf(source)];
        }

        _layers[layer].Bind(buffers);
    }

    private Span<byte> MapAt(int map) => new(_arena.Pointer + _plan.Offsets[map], _plan.Layouts[map].Bytes);

    private int Stored(int element) => _kernels.Element == MapElement.UnsignedByte ? element + 128 : element;
}
