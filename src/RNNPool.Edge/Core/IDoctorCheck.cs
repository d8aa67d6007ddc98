namespace RNNPool.Edge.Core;

/// <summary>
/// One check of <c>rnnpool-edge doctor</c>. A feature registers its checks. Creating a check must not fail for any settings, so that all
/// checks of a broken configuration report: a check takes <c>IOptions</c>, and <see cref="Lazy{T}"/> of everything that reads settings when
/// it is created.
/// </summary>
internal interface IDoctorCheck
{
    /// <summary>Name of the checked part, such as <c>camera</c>.</summary>
    string Name { get; }

    /// <summary>Checks the part. An exception counts as a failure.</summary>
    Task<CheckResult> RunAsync(CancellationToken cancellationToken);
}

/// <summary>Outcome of a check.</summary>
internal enum CheckOutcome
{
    /// <summary>The part works.</summary>
    Ok,

    /// <summary>Not configured, so nothing is checked.</summary>
    Off,

    /// <summary>The device works, but not fully.</summary>
    Warning,

    /// <summary>The device does not work.</summary>
    Failed,
}

/// <summary>Result of a check.</summary>
/// <param name="Check">Name of the check.</param>
/// <param name="Outcome">Its outcome.</param>
/// <param name="Finding">One sentence.</param>
/// <param name="Fix">How to fix it; null when nothing needs a fix.</param>
internal sealed record CheckResult(string Check, CheckOutcome Outcome, string Finding, string? Fix = null);
