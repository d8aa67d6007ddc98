using SharpFuzz;

namespace RNNPool.Edge.Fuzz;

/// <summary>Counters of branches in the assemblies of the product.</summary>
internal static class Instrumentation
{
    private static readonly string[] Assemblies =
    [
        "RNNPool.Edge.Models.dll",
        "RNNPool.Edge.Link.dll",
        "RNNPool.Edge.Vision.dll",
        "rnnpool-edge.dll",
    ];

    // Their loops are known to end; counters in them cost more time than they find inputs.
    private static readonly string[] Uncounted = ["RNNPool.Edge.Models.Engine.", "RNNPool.Edge.Models.Interpreter."];

    /// <summary>Rewrites the assemblies of a folder, which are not instrumented yet.</summary>
    public static void AddCounters(string folder)
    {
        foreach (string name in Assemblies)
        {
            int types = Fuzzer
                .Instrument(
                    Path.Combine(folder, name),
                    type => !Array.Exists(Uncounted, prefix => type.StartsWith(prefix, StringComparison.Ordinal)),
                    Options.Value
                )
                .Count();
            Console.WriteLine($"{name}: {types} types");
        }
    }
}
