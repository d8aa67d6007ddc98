namespace RNNPool.Edge.Core;

/// <summary>Exit codes of the process; documented in docs/cli.md and in <c>--help</c>.</summary>
public static class ExitCode
{
    /// <summary>Everything worked.</summary>
    public const int Ok = 0;

    /// <summary>
    /// An operation failed: a file could not be read, a model could not be loaded, a check of <c>doctor</c> failed.
    /// </summary>
    public const int Failure = 1;

    /// <summary>The command line is wrong.</summary>
    public const int Usage = 2;

    /// <summary><c>detect</c> and <c>demo --once</c>: everything worked, but nothing was found.</summary>
    public const int NothingFound = 3;

    /// <summary>The configuration is wrong.</summary>
    public const int Configuration = 4;

    /// <summary><c>run</c> and <c>demo</c>: a component did not stop within 4.5 s, and the process ended without it.</summary>
    public const int StopForced = 70;

    /// <summary><c>run</c>: a restart was requested; the service manager starts the device again (EX_TEMPFAIL of sysexits.h).</summary>
    public const int RestartWanted = 75;

    /// <summary>
    /// Interrupted by Ctrl-C before the work was done (<c>run</c>, <c>demo</c> and <c>watch</c> return 0, because they run until they are
    /// stopped).
    /// </summary>
    public const int Interrupted = 130;

    /// <summary>The same by SIGTERM.</summary>
    public const int Terminated = 143;
}
