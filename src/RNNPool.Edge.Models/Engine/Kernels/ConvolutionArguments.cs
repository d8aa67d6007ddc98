namespace RNNPool.Edge.Models.Engine.Kernels;

/// <summary>What becomes of the sums of a convolution.</summary>
internal enum Finish
{
    /// <summary>Requantized elements of a map with a zero point.</summary>
    Map,

    /// <summary>Requantized elements with the element of another map in the place of the zero point.</summary>
    Residual,

    /// <summary>Requantized words.</summary>
    Words,

    /// <summary>Words after a shift.</summary>
    Shifted,
}

/// <summary>A convolution over a map. All steps are in bytes.</summary>
internal unsafe struct ConvolutionArguments
{
    /// <summary>Outputs per row.</summary>
    public int Width;

    /// <summary>Outputs of the map.</summary>
    public int Cells;

    /// <summary>The first element that the first output reads.</summary>
    public byte* Input;

    public nint InputCell;
    public nint InputRow;

    /// <summary>Runs of neighbouring elements that an output reads: one for each row of the kernel.</summary>
    public int Runs;

    public nint RunStep;

    /// <summary>32-bit groups of a run.</summary>
    public int Groups;

    public byte* Output;
    public nint OutputCell;
    public nint OutputRow;
    public int OutputElement;

    public byte* Residual;
    public nint ResidualCell;
    public nint ResidualRow;

    /// <summary>For each vector of outputs its weights, group by group.</summary>
    public byte* Weights;

    /// <summary>For each vector of outputs the biases, the multipliers, and those shifted for the odd lanes.</summary>
    public byte* Parameters;

    /// <summary>Vectors of outputs; the last overlaps the one before it where the outputs do not fill it.</summary>
    public int Vectors;

    /// <summary>First output of the last vector.</summary>
    public int LastOutput;

    public Finish Finish;
    public int Offset;
    public int Shift;
}
