using RNNPool.Edge.Models.Engine;
using RNNPool.Edge.Models.Interpreter;
using RNNPool.Edge.Models.Packages;
using Xunit;

namespace RNNPool.Edge.Models.Tests.Engine;

/// <summary>Compares engines with the interpreter: every output of every layer, and the results.</summary>
internal static class EngineComparison
{
    /// <summary>Runs the pictures with all instructions of this machine.</summary>
    /// <param name="package">The package.</param>
    /// <param name="pictures">The pictures, one after the other with the same engine.</param>
    /// <param name="instructions">The instructions; null for all.</param>
    public static void Check(ModelPackage package, IReadOnlyList<byte[]> pictures, IEnumerable<SimdInstructions>? instructions = null)
    {
        var interpreter = new QuantizedInterpreter(package);
        (SimdEngine Keeping, SimdEngine Sharing)[] engines =
        [
            .. (instructions ?? SimdSupport.Supported).Select(choice =>
                (new SimdEngine(package, null, choice, keepMaps: true), new SimdEngine(package, null, choice))
            ),
        ];
        for (int i = 0; i < pictures.Count; i++)
        {
            interpreter.Run(pictures[i]);
            foreach ((SimdEngine keeping, SimdEngine sharing) in engines)
            {
                // What an earlier picture left in the arena must not matter.
                keeping.Arena.Fill((byte)(0xA5 + (37 * i)));
                sharing.Arena.Fill((byte)(0x5A + (91 * i)));
                keeping.Run(pictures[i]);
                sharing.Run(pictures[i]);
                string where = $"{package.Header.Name}, picture {i}, {keeping.Instructions}";
                CheckLayers(interpreter, keeping, where);
                CheckResult(interpreter, sharing, where);
            }
        }
    }

    private static void CheckLayers(QuantizedInterpreter interpreter, SimdEngine engine, string where)
    {
        for (int i = 0; i < interpreter.Package.Layers.Count; i++)
        {
            PackageLayer layer = interpreter.Package.Layers[i];
            string name = $"{where}, layer {i} {layer.Record.Operation} {layer.Record.Input} to {layer.Record.Output}";
            if (interpreter.Map(i).IsEmpty)
            {
                short[] outputs = new short[interpreter.Outputs(i).Length];
                engine.CopyOutputs(i, outputs);
                Compare(interpreter.Outputs(i), outputs, name);
                continue;
            }

            sbyte[] map = new sbyte[interpreter.Map(i).Length];
            engine.CopyMap(i, map);
            Compare(interpreter.Map(i), map, name);
        }
    }

    private static void CheckResult(QuantizedInterpreter interpreter, SimdEngine engine, string where)
    {
        Compare(interpreter.Logits, engine.Logits, where + ", logits");
        Compare(interpreter.Detections, engine.Detections, where + ", detections");
        if (interpreter.Package.Header.IsClassifier)
            Assert.Equal(interpreter.Classification, engine.Classification);
    }

    private static void Compare<T>(ReadOnlySpan<T> expected, ReadOnlySpan<T> actual, string name)
        where T : IEquatable<T>
    {
        int same = expected.CommonPrefixLength(actual);
        Assert.True(same == expected.Length && same == actual.Length, $"{name}: value {same} of {expected.Length} differs");
    }
}
