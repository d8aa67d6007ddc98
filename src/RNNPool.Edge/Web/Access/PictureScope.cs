namespace RNNPool.Edge.Web.Access;

/// <summary>
/// Metadata of the endpoints whose pictures other programs receive by a signed address or by HTTP Basic authentication. It is the scope
/// of a signature.
/// </summary>
internal sealed record PictureScope(string Name)
{
    /// <summary>The picture of the camera.</summary>
    public static PictureScope Live { get; } = new("live");

    /// <summary>The pictures of events.</summary>
    public static PictureScope Events { get; } = new("events");

    /// <summary>The scope of the endpoint of a request; null for an endpoint that serves no pictures to other programs.</summary>
    public static PictureScope? Find(HttpContext context) => context.GetEndpoint()?.Metadata.GetMetadata<PictureScope>();
}
