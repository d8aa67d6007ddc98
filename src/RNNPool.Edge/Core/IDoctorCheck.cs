namespace RNNPool.Edge.Core;

/// <summary>One thing that <c>rnnpool-edge doctor</c> looks at.</summary>
internal interface IDoctorCheck
{
    /// <summary>Name of the thing, such as <c>camera</c>.</summary>
    string Name { get; }

    /// <summary>Looks, and says what it saw. Exceptions count as failures.</summary>
    Task<CheckResult> RunAsync(CancellationToken cancellationToken);
}

/// <summary>How a check ended.</summary>
internal enum CheckOutcome
{
    /// <summary>As it should be.</summary>
    Ok,

    /// <summary>Not configured; nothing to look at.</summary>
    Off,

    /// <summary>The device works, but not fully.</summary>
    Warning,

    /// <summary>The device does not work like this.</summary>
    Failed,
}

/// <summary>What a check saw.</summary>
/// <param name="Check">Name of the check.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Finding">One sentence.</param>
/// <param name="Fix">How to make it right; null when there is nothing to do.</param>
internal sealed record CheckResult(string Check, CheckOutcome Outcome, string Finding, string? Fix = null);
