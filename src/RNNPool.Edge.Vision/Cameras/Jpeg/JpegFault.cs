namespace RNNPool.Edge.Vision.Cameras.Jpeg;

/// <summary>What the check of a JPEG's entropy-coded data has found.</summary>
internal enum JpegFault
{
    /// <summary>The data decode to exactly the blocks that the header promises.</summary>
    None,

    /// <summary>The coding cannot be checked, such as a progressive one; the decoder decides.</summary>
    Unchecked,

    /// <summary>A segment of the header is damaged or missing.</summary>
    Header,

    /// <summary>Bits that are no code, or a coefficient outside its block or range.</summary>
    Code,

    /// <summary>The data end before the last block, or a restart marker is missing or out of order.</summary>
    Short,

    /// <summary>Bytes remain after the last block.</summary>
    Surplus,
}
