namespace RNNPool.Edge.Vision.Cameras.Processes;

/// <summary>The command of a camera's child process.</summary>
/// <param name="Program">Full path of the program.</param>
/// <param name="Arguments">Its arguments; every user of the machine can read them.</param>
internal sealed record ProcessCommand(string Program, IReadOnlyList<string> Arguments)
{
    /// <summary>Text for the standard input of the child, such as credentials, which other users must not see; null for none.</summary>
    public string? Input { get; init; }

    /// <summary>Variables that the environment of the child contains in addition; a null value removes one.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();

    /// <summary>Limits the connections of the child; null for a child that has none.</summary>
    public IProcessGuard? Guard { get; init; }

    /// <summary>Removes credentials from the child's messages.</summary>
    public Func<string, string> Redact { get; init; } = static text => text;

    /// <summary>Time between the request to end and the kill.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(0.7);

    /// <summary>Time after the kill until the child counts as stuck.</summary>
    public TimeSpan KillTime { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Sends a signal to a process or, with a negative number, to a group.</summary>
    public Func<int, int, int> Send { get; init; } = NativeProcess.Send;
}
