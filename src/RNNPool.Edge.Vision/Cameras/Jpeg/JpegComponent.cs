namespace RNNPool.Edge.Vision.Cameras.Jpeg;

/// <summary>A colour component of a JPEG.</summary>
internal sealed class JpegComponent
{
    /// <summary>Its number in the header.</summary>
    public int Id { get; set; }

    /// <summary>Horizontal sampling factor, from 1 to 4.</summary>
    public int Horizontal { get; set; }

    /// <summary>Vertical sampling factor, from 1 to 4.</summary>
    public int Vertical { get; set; }

    /// <summary>Number of its quantization table, from 0 to 3.</summary>
    public int Quantization { get; set; }

    /// <summary>Table of the DC differences.</summary>
    public JpegHuffmanTable? Dc { get; set; }

    /// <summary>Table of the AC coefficients.</summary>
    public JpegHuffmanTable? Ac { get; set; }

    /// <summary>Largest magnitude of the quantized DC coefficient.</summary>
    public int DcLimit { get; set; }

    /// <summary>The DC coefficient of the previous block.</summary>
    public int Prediction { get; set; }
}
