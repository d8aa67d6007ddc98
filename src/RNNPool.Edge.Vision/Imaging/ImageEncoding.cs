namespace RNNPool.Edge.Vision.Imaging;

/// <summary>File formats for pictures.</summary>
public enum ImageEncoding
{
    /// <summary>JPEG, grey or 4:2:0 colour.</summary>
    Jpeg,

    /// <summary>PNG, lossless.</summary>
    Png,
}
