using RNNPool.Edge.Tests.Support;

[assembly: AssemblyFixture(typeof(TestProcess))]

namespace RNNPool.Edge.Tests.Support;

/// <summary>
/// Gives this process the surroundings that <see cref="Cli.CommandLine"/> gives the processes that it starts, so that a command has the
/// same effect here and there: the repository as working directory, and no configuration and no state of the machine.
/// </summary>
public sealed class TestProcess : IDisposable
{
    private readonly string _state = Directory.CreateTempSubdirectory("rnnpool-edge-state-").FullName;

    public TestProcess()
    {
        Environment.CurrentDirectory = Samples.Root;
        Environment.SetEnvironmentVariable("RNNPOOL_EDGE_CONFIG", null);
        Environment.SetEnvironmentVariable("STATE_DIRECTORY", null);
        Environment.SetEnvironmentVariable("XDG_STATE_HOME", _state);
    }

    public void Dispose() => Directory.Delete(_state, recursive: true);
}
