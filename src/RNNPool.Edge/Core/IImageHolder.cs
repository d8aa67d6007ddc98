namespace RNNPool.Edge.Core;

/// <summary>
/// A component that holds or sends pictures of the camera. It is registered under this interface, subscribes to
/// <see cref="ImagePolicy.Changed"/>, and discards its pictures within one second after the permission is withdrawn. A test lists all
/// holders.
/// </summary>
internal interface IImageHolder
{
    /// <summary>Unique name of the holder, such as <c>live view</c> or <c>mqtt snapshot</c>.</summary>
    string HolderName { get; }

    /// <summary>Whether it holds or sends a picture now that needs the permission.</summary>
    bool HoldsImages { get; }
}
