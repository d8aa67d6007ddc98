namespace RNNPool.Edge.Vision.Imaging;

/// <summary>File formats that pictures are written in.</summary>
public enum ImageEncoding
{
    /// <summary>JPEG, grey or 4:2:0 colour.</summary>
    Jpeg,

    /// <summary>PNG, lossless.</summary>
    Png,
}
