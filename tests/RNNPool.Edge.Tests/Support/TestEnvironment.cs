using System.Runtime.CompilerServices;

namespace RNNPool.Edge.Tests.Support;

/// <summary>Keeps the commands that tests run within this process from devices and files of this machine.</summary>
internal static class TestEnvironment
{
    private const string StateHome = "XDG_STATE_HOME";

    [ModuleInitializer]
    internal static void Isolate()
    {
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable(StateHome)))
            Environment.SetEnvironmentVariable(StateHome, Directory.CreateTempSubdirectory("rnnpool-edge-state-").FullName);
    }
}
