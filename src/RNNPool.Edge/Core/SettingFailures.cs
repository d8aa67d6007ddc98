using Microsoft.Extensions.Options;

namespace RNNPool.Edge.Core;

/// <summary>Reads the failures out of the exceptions of the options framework.</summary>
internal static class SettingFailures
{
    /// <summary>One sentence for each setting that is not allowed; empty when the exception has another cause.</summary>
    public static string[] Read(Exception exception) =>
        exception switch
        {
            OptionsValidationException single => [.. single.Failures],
            AggregateException several when several.InnerExceptions.All(inner => inner is OptionsValidationException) =>
            [
                .. several.InnerExceptions.SelectMany(Read),
            ],
            _ => [],
        };
}
