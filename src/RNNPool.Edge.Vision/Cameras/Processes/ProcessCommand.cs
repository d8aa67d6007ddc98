namespace RNNPool.Edge.Vision.Cameras.Processes;

/// <summary>What to run as a camera's child.</summary>
/// <param name="Program">Full path of the program.</param>
/// <param name="Arguments">Its arguments; every user of the machine can read them.</param>
internal sealed record ProcessCommand(string Program, IReadOnlyList<string> Arguments)
{
    /// <summary>What the child reads from its standard input: the place for what nobody else may see. Null for nothing.</summary>
    public string? Input { get; init; }

    /// <summary>Takes credentials out of what the child says.</summary>
    public Func<string, string> Redact { get; init; } = static text => text;

    /// <summary>Time between the request to end and the kill.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(0.7);

    /// <summary>Time after the kill when the child counts as stuck.</summary>
    public TimeSpan KillTime { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Sends a signal to a process or, with a negative number, to a group.</summary>
    public Func<int, int, int> Send { get; init; } = NativeProcess.Send;
}
