using System.CommandLine;
using System.CommandLine.Parsing;

namespace RNNPool.Edge.Cli.Model;

/// <summary>Ranges of numeric options.</summary>
internal static class Limits
{
    public static void Check(OptionResult result, Option<int> option, int low, int high)
    {
        if (result.Tokens.Count > 0 && int.TryParse(result.Tokens[0].Value, out int value) && (value < low || value > high))
            result.AddError($"{option.Name} is {value}; it must be {low} to {high}.");
    }
}
