using System.Globalization;
using RNNPool.Edge.Models.Packages;
using RNNPool.Edge.Models.Tests.Vectors;
using Xunit;

namespace RNNPool.Edge.Models.Tests.Packages;

public sealed class PackageWorkTests
{
    [Fact]
    public void Packages_take_the_work_of_the_golden_list()
    {
        string root = Path.GetFullPath(Path.Combine(VectorFolder.Root, "..", ".."));
        string[] lines = [.. File.ReadLines(Path.Combine(root, "tests/vectors/work/work.txt")).Where(line => !line.StartsWith('#'))];
        Assert.NotEmpty(lines);
        foreach (string line in lines)
        {
            string[] fields = line.Split(' ');
            uint expected = uint.Parse(fields[1], CultureInfo.InvariantCulture);
            Assert.Equal((fields[0], expected), (fields[0], ModelPackage.Load(Path.Combine(root, fields[0])).Work));
        }
    }

    [Fact]
    public void Work_does_not_overflow()
    {
        var map = new MapShape(1024, 1, 1024);
        var layer = new LayerRecord
        {
            Name = "wide",
            Operation = LayerOperation.Pointwise,
            Input = map,
            Output = map,
        };
        Assert.Equal(uint.MaxValue, PackageWork.Compute(Enumerable.Repeat(layer, PackageFormat.MaxLayers)));
    }
}
