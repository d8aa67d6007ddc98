namespace RNNPool.Edge.Vision.Cameras.Processes;

/// <summary>Limits the network connections of a child to the server of its source. Disposed after the end of the child.</summary>
internal interface IProcessGuard : IDisposable
{
    /// <summary>Checks the connections of the child. Called before its first frame is used, and regularly before and after.</summary>
    /// <exception cref="CameraException">The child connects to another server.</exception>
    void Check(int processId);
}
