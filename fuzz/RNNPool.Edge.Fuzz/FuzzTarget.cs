namespace RNNPool.Edge.Fuzz;

/// <summary>Code that reads untrusted bytes, with the properties that hold for any of them.</summary>
internal abstract class FuzzTarget
{
    /// <summary>Runs an input. Any exception is a finding.</summary>
    public abstract void Run(ReadOnlySpan<byte> input);

    /// <summary>A property that holds for every input.</summary>
    /// <exception cref="PropertyException">It does not hold.</exception>
    protected static void Require(bool holds, string property)
    {
        if (!holds)
            throw new PropertyException(property);
    }
}

/// <summary>A property does not hold.</summary>
internal sealed class PropertyException(string property) : Exception("This does not hold: " + property);
