using System.Runtime.CompilerServices;
using RNNPool.Edge.Models.Engine.Vectors;

namespace RNNPool.Edge.Models.Engine.Kernels;

/// <summary>Where a pipeline reads and writes.</summary>
internal unsafe struct SweepBuffers
{
    /// <summary>W1 x of the first cell. All steps are in words.</summary>
    public short* Cells;

    public int LineStep;
    public int PositionStep;

    /// <summary>First output cell's first channel of this pipeline. All steps are in bytes.</summary>
    public byte* Output;

    public nint OutputStep;
    public nint WindowStep;

    /// <summary>Working memory.</summary>
    public byte* Scratch;
}

/// <summary>Sweeps of one direction with the RNN2s over them, for all patches of a layer.</summary>
/// <remarks>
/// The lanes of a register are lines in RNN1 and patches in RNN2. W1 x of the positions of a window is kept in a ring, position by
/// position, state by state, line by line: the positions that two windows share are arranged once.
/// </remarks>
internal sealed unsafe class SweepPipeline<TOps, V, TNarrow, VN>
    where TOps : struct, IVectorOps<V>
    where V : unmanaged
    where TNarrow : struct, IVectorOps<VN>
    where VN : unmanaged
{
    private const int Block = 8,
        MostStates = 64;

    private readonly SweepGeometry _geometry;
    private readonly RnnWeights _weights;
    private readonly short[] _padding;
    private readonly MapElement _element;
    private readonly int _inputStates,
        _outputStates,
        _states2,
        _linePitch,
        _summaryPitch;
    private readonly PinnedMemory _offsets;

    public SweepPipeline(SweepGeometry geometry, RnnWeights weights, int states1, int states2, MapElement element)
    {
        int wide = RnnTile<TOps, V>.Width;
        _geometry = geometry;
        _weights = weights;
        _element = element;
        _padding = weights.SweepZeros(geometry.Steps);
        _inputStates = MapLayout.Fill(states1);
        _outputStates = RnnWeights.Fill(states2);
        _states2 = states2;
        _linePitch = (geometry.LineOrder.Length + wide - 1) / wide * wide;
        _summaryPitch = geometry.Stride * geometry.PhaseLines;
        _offsets = new PinnedMemory(sizeof(int) * ((long)_linePitch + geometry.Steps + (2 * geometry.LinePatch) + Block));
    }

    /// <summary>Words of W1 x from cell to cell.</summary>
    public int InputStates => _inputStates;

    private long RingWords => (long)_geometry.Steps * _inputStates * _linePitch;

    private long FinalWords => ((long)_outputStates * _linePitch) + MapLayout.Slack;

    private long SummaryWords => ((long)_outputStates * _summaryPitch) + MapLayout.Slack;

    public long ScratchBytes => (2 * (RingWords + FinalWords + SummaryWords)) + (2 * MostStates * sizeof(V));

    public void Run(in SweepBuffers buffers)
    {
        SweepBuffers b = buffers;
        short* ring = (short*)b.Scratch;
        short* finals = ring + RingWords;
        short* summaries = finals + FinalWords;
        byte* registers = (byte*)(summaries + SummaryWords);
        int* lineOffsets = (int*)_offsets.Pointer;
        int* stepOffsets = lineOffsets + _linePitch;
        int* lineSteps = stepOffsets + _geometry.Steps;
        PrepareOffsets(lineOffsets, lineSteps, b.LineStep);
        int lines = _geometry.LineOrder.Length,
            position = _inputStates * _linePitch,
            arranged = 0;
        for (int window = 0; window < _geometry.Windows; window++)
        {
            int first = window * _geometry.Stride;
            for (; arranged < first + _geometry.Steps; arranged++)
                Arrange(b, arranged - _geometry.Padding, ring + ((nint)(arranged % _geometry.Steps) * position), lineOffsets);
            for (int i = 0; i < _geometry.Steps; i++)
                stepOffsets[i] = (first + i) % _geometry.Steps * position;
            int line = 0;
            for (; lines - line > RnnTile<TNarrow, VN>.Width; line += RnnTile<TOps, V>.Width)
                Sweep<TOps, V>(ring + line, stepOffsets, finals + line, registers);
            if (line < lines)
                Sweep<TNarrow, VN>(ring + line, stepOffsets, finals + line, registers);
            Spread(finals, summaries);
            byte* output = b.Output + (window * b.WindowStep);
            int patch = 0;
            for (; _geometry.Outputs - patch > RnnTile<TNarrow, VN>.Width; patch += RnnTile<TOps, V>.Width)
                Summarise<TOps, V>(summaries + patch, lineSteps, registers, output + (patch * b.OutputStep), patch, b.OutputStep);
            if (patch < _geometry.Outputs)
                Summarise<TNarrow, VN>(summaries + patch, lineSteps, registers, output + (patch * b.OutputStep), patch, b.OutputStep);
        }
    }

    private void PrepareOffsets(int* lines, int* steps, int lineStep)
    {
        int[] order = _geometry.LineOrder;
        for (int i = 0; i < _linePitch; i++)
            lines[i] = order.Length == 0 ? 0 : order[Math.Min(i, order.Length - 1)] * lineStep;
        int patch = _geometry.LinePatch;
        for (int i = 0; i < patch; i++)
        {
            (int quotient, int phase) = Math.DivRem(i, _geometry.Stride);
            steps[i] = (phase * _geometry.PhaseLines) + quotient;
            steps[(2 * patch) - 1 - i] = steps[i];
        }
    }

    // W1 x of one position, state by state.
    private void Arrange(in SweepBuffers b, int position, short* target, int* lineOffsets)
    {
        if (position < 0 || position >= _geometry.Positions)
        {
            new Span<short>(target, _inputStates * _linePitch).Clear();
            return;
        }

        short* source = b.Cells + ((nint)position * b.PositionStep);
        for (int line = 0; line < _geometry.LineOrder.Length; line += Block)
        {
            for (int state = 0; state < _inputStates; state += Block)
                Transpose.Gather(source + state, lineOffsets + line, target + ((nint)state * _linePitch) + line, _linePitch);
        }
    }

    private void Sweep<T, W>(short* source, int* offsets, short* finals, byte* registers)
        where T : struct, IVectorOps<W>
        where W : unmanaged
    {
        W* state = (W*)registers;
        W* pairs = state + MostStates;
        RnnTile<T, W>.Sweep(_weights.First, source, _linePitch, offsets, _geometry.Steps, state, pairs);
        RnnTile<T, W>.Project(_weights.W2, _outputStates, _weights.First.States, pairs, finals, _linePitch);
    }

    // The final states go to the places of their lines, between those of lines in the padding. Runs are copied in pieces that may be too
    // long: what they overwrite is written later.
    private void Spread(short* finals, short* summaries)
    {
        for (int state = 0; state < _states2; state++)
        {
            short* target = summaries + ((nint)state * _summaryPitch);
            short* source = finals + ((nint)state * _linePitch);
            foreach ((int from, int to, int length) in _geometry.Runs)
            {
                for (int i = 0; i < length; i += Block)
                    Unsafe.CopyBlockUnaligned(target + to + i, source + from + i, 2 * Block);
            }

            short padding = _padding[state];
            foreach (int place in _geometry.Padded)
                target[place] = padding;
        }
    }

    private void Summarise<T, W>(short* source, int* steps, byte* registers, byte* output, int patch, nint outputStep)
        where T : struct, IVectorOps<W>
        where W : unmanaged
    {
        W* state = (W*)registers;
        W* pairs = state + MostStates;
        int count = Math.Min(RnnTile<T, W>.Width, _geometry.Outputs - patch);
        for (int direction = 0; direction < 2; direction++)
        {
            int* offsets = steps + (direction * _geometry.LinePatch);
            RnnTile<T, W>.Sweep(_weights.Second, source, _summaryPitch, offsets, _geometry.LinePatch, state, pairs);
            nint channel = (nint)direction * _states2 * (_element == MapElement.Word ? 2 : 1);
            StateOutput.Write((short*)state, RnnTile<T, W>.Width, _states2, count, output + channel, outputStep, _element);
        }
    }
}
