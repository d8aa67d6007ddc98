using RNNPool.Edge.Models.Engine;
using RNNPool.Edge.Models.Packages;
using RNNPool.Edge.Models.Tests.Packages;
using RNNPool.Edge.Models.Tests.Vectors;
using RNNPool.Edge.Testing;
using Xunit;

namespace RNNPool.Edge.Models.Tests.Engine;

public sealed class SimdEngineTests
{
    private const int Seeds = 400,
        ShareSeeds = 50;

    private static readonly string Models = Path.Combine(VectorFolder.Repository(), "models");

    public static TheoryData<int> FirstSeeds => [.. Enumerable.Range(0, Seeds / ShareSeeds).Select(i => 1 + (i * ShareSeeds))];

    public static TheoryData<string> VectorPackages =>
        [
            .. new[] { "packages", "random" }
                .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(VectorFolder.Root, folder), "*.rnnp"))
                .Select(path => Path.GetRelativePath(VectorFolder.Root, path))
                .Order(StringComparer.Ordinal),
        ];

    public static TheoryData<string> Shipped =>
        [
            .. Directory
                .EnumerateFiles(Models, "model.rnnp", SearchOption.AllDirectories)
                .Select(path => Path.GetFileName(Path.GetDirectoryName(path))!),
        ];

    [Theory]
    [MemberData(nameof(FirstSeeds))]
    public void Random_packages_give_the_bytes_of_the_interpreter(int first)
    {
        for (int seed = first; seed < first + ShareSeeds; seed++)
        {
            RandomPackage package = RandomPackage.Create(seed);
            EngineComparison.Check(ModelPackage.Parse(package.File, $"random-{seed}"), package.Pictures());
        }
    }

    [Theory]
    [MemberData(nameof(VectorPackages))]
    public void Packages_of_the_vectors_give_the_bytes_of_the_interpreter(string path)
    {
        ModelPackage package = ModelPackage.Load(Path.Combine(VectorFolder.Root, path));
        EngineComparison.Check(package, Pictures(package, 5));
    }

    [Theory]
    [MemberData(nameof(Shipped))]
    public void Shipped_models_give_the_bytes_of_the_interpreter(string name)
    {
        ModelPackage package = ModelPackage.Load(Path.Combine(Models, name, "model.rnnp"));
        EngineComparison.Check(package, Pictures(package, 2));
    }

    [Fact]
    public void A_picture_allocates_nothing()
    {
        ModelPackage package = ModelPackage.Load(Path.Combine(Models, "person-vww-96", "model.rnnp"));
        byte[] picture = Pictures(package, 1)[0];
        foreach (SimdInstructions instructions in SimdSupport.Supported)
        {
            var engine = new SimdEngine(package, null, instructions);
            engine.Run(picture);
            Assert.Equal(0, Allocation.Least(() => engine.Run(picture)));
        }
    }

    [Fact]
    public void A_picture_of_another_size_is_rejected()
    {
        var engine = new SimdEngine(ModelPackage.Parse(RandomPackage.Create(1).File, "random-1"));
        Assert.Throws<ArgumentException>(() => engine.Run(new byte[engine.Package.Header.Input.Count - 1]));
    }

    [Fact]
    public void Instructions_of_another_machine_are_rejected()
    {
        SimdInstructions other = Enum.GetValues<SimdInstructions>().First(choice => !SimdSupport.Supported.Contains(choice));
        ModelPackage package = ModelPackage.Parse(RandomPackage.Create(1).File, "random-1");
        Assert.Throws<NotSupportedException>(() => new SimdEngine(package, null, other));
    }

    private static byte[][] Pictures(ModelPackage package, ulong seed)
    {
        var random = new RandomLayers(seed);
        MapShape shape = package.Header.Input;
        int row = shape.Width * shape.Channels;
        return
        [
            random.Picture(shape),
            [.. Enumerable.Range(0, shape.Count).Select(i => (byte)((i % row * 255 / row) + (i / row * 3 % 40)))],
        ];
    }
}
