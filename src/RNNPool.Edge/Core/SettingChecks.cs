namespace RNNPool.Edge.Core;

/// <summary>
/// Opens what the settings of a feature name, as a start does: files, addresses, a model. A validator judges values alone, and a value that
/// it refuses stops the start. A device starts with the problems that a check finds, without the part that has them.
/// </summary>
internal interface ISettingCheck
{
    /// <summary>The sections of the settings on which the outcome depends.</summary>
    IReadOnlyList<string> Sections { get; }

    /// <summary>One sentence for each problem; it begins with the key of the setting. Nothing stays open.</summary>
    IEnumerable<string> FindProblems();
}

/// <summary>Runs the checks of all features.</summary>
internal sealed class SettingChecks(IEnumerable<ISettingCheck> checks)
{
    /// <summary>One sentence for each setting that names something unusable.</summary>
    /// <param name="changed">Keys of settings; only checks of their sections run. Null runs all checks.</param>
    public IReadOnlyList<string> FindProblems(IReadOnlyCollection<string>? changed = null) =>
        [.. checks.Where(check => changed is null || changed.Any(key => Concerns(check, key))).SelectMany(check => check.FindProblems())];

    private static bool Concerns(ISettingCheck check, string key) =>
        check.Sections.Any(section => key.StartsWith(section + ":", StringComparison.OrdinalIgnoreCase));
}
