using System.Globalization;
using RNNPool.Edge.Models.Interpreter;
using RNNPool.Edge.Models.Packages;
using Xunit;

namespace RNNPool.Edge.Models.Tests.Vectors;

/// <summary>
/// Random packages for the firmware's tests. Those of the seeds in tests/vectors/random/seeds.txt are golden vectors;
/// firmware/random-nets.sh writes and runs any others.
/// </summary>
public sealed class RandomPackageTests
{
    private static readonly int[] KeptSeeds =
    [
        .. File.ReadLines(Path.Combine(VectorFolder.Root, "random", "seeds.txt"))
            .Where(line => line.Length > 0 && line[0] != '#')
            .Select(line => int.Parse(line.Split(' ')[0], CultureInfo.InvariantCulture)),
    ];

    public static TheoryData<int> Kept => [.. KeptSeeds];

    [Theory]
    [MemberData(nameof(Kept))]
    public void The_interpreter_gives_the_golden_bytes(int seed)
    {
        (byte[] package, byte[] run) = Compute(seed);
        VectorFolder.Check($"random/{seed}.rnnp", package);
        VectorFolder.Check($"random/{seed}.run", run);
    }

    [Fact]
    public void No_other_vectors_lie_there() => VectorFolder.CheckNames("random", "*.rnnp", KeptSeeds.Select(seed => $"{seed}.rnnp"));

    [Fact]
    public void The_packages_cover_the_format()
    {
        LayerRecord[][] packages = [.. Enumerable.Range(1, 300).Select(seed => RandomPackage.Create(seed).Layers.ToArray())];
        void Occurs(int least, Func<LayerRecord[], bool> predicate) => Assert.InRange(packages.Count(predicate), least, packages.Length);
        foreach (LayerOperation operation in Enum.GetValues<LayerOperation>())
            Occurs(20, layers => layers.Any(layer => layer.Operation == operation));
        for (int heads = 1; heads <= 3; heads++)
            Occurs(20, layers => layers.Count(layer => layer.Operation == LayerOperation.Head) == heads);
        Occurs(20, layers => layers[0].Operation == LayerOperation.RnnPool);
        Occurs(20, layers => layers[1..].Any(layer => layer.Operation == LayerOperation.RnnPool));
        Occurs(20, layers => layers.Any(layer => layer.ResidualOf is not null));
        Occurs(5, layers => layers[0] is { Operation: LayerOperation.RnnPool, Patch: > 0 } pool && UnreadRows(pool) > 0);
    }

    /// <summary>Writes the packages of RNNPOOL_RANDOM_SEEDS (first-last) to RNNPOOL_RANDOM_FOLDER.</summary>
    [Fact]
    public void The_packages_of_the_given_seeds_are_written()
    {
        string? folder = Environment.GetEnvironmentVariable("RNNPOOL_RANDOM_FOLDER");
        string[] range = (Environment.GetEnvironmentVariable("RNNPOOL_RANDOM_SEEDS") ?? "").Split('-');
        Assert.SkipWhen(folder is null || range.Length != 2, "RNNPOOL_RANDOM_FOLDER and RNNPOOL_RANDOM_SEEDS are not set");
        Directory.CreateDirectory(folder);
        (int first, int last) = (int.Parse(range[0], CultureInfo.InvariantCulture), int.Parse(range[1], CultureInfo.InvariantCulture));
        Parallel.For(first, last + 1, seed =>
        {
            (byte[] package, byte[] run) = Compute(seed);
            File.WriteAllBytes(Path.Combine(folder, $"{seed}.rnnp"), package);
            File.WriteAllBytes(Path.Combine(folder, $"{seed}.run"), run);
        });
    }

    private static (byte[] Package, byte[] Run) Compute(int seed)
    {
        RandomPackage package = RandomPackage.Create(seed);
        var interpreter = new QuantizedInterpreter(ModelPackage.Parse(package.File, $"random-{seed}"));
        return (package.File, RunFile.Compute(interpreter, package.Pictures(), withPictures: true, withOutputs: false));
    }

    private static int UnreadRows(LayerRecord pool) =>
        pool.Input.Height - (((pool.Output.Height - 1) * pool.Stride) - pool.PatchPadding + pool.Patch);
}
