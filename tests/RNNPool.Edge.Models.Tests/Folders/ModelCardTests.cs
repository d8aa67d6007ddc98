using RNNPool.Edge.Models.Folders;
using Xunit;

namespace RNNPool.Edge.Models.Tests.Folders;

public sealed class ModelCardTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("rnnpool-edge-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(
        "| pictures | number | faces | AP@0.5 |\n|---|---|---|---|\n| val | 524 | 854 | **0.782** |\n| other | 1 | 1 | 0.1 |",
        "AP@0.5",
        0.782
    )]
    [InlineData("## Accuracy\n\n| pictures | accuracy | AUC |\n|---|---|---|\n| val | 0.805 | 0.881 |", "accuracy", 0.805)]
    public void The_first_row_of_the_first_measured_table_counts(string table, string metric, double value)
    {
        Write($"# x\n\n| goal | accuracy |\n|---|---|\n| hoped | 0.99 |\n\n{ModelCard.MeasuredMark}\n\n{table}\n");

        Assert.Equal(new ModelPrecision(metric, value, "val"), ModelCard.Precision(_folder));
    }

    [Theory]
    [InlineData("")]
    [InlineData("# x\n\n| pictures | accuracy |\n|---|---|\n| val | 0.805 |\n")]
    [InlineData("<!-- measured -->\n\n| pictures | accuracy |\n|---|---|\n")]
    [InlineData("<!-- measured -->\n\n| pictures | accuracy |\n|---|---|\n| val | 80.5 |\n")]
    [InlineData("<!-- measured -->\n\n| pictures | accuracy |\n|---|---|\n| val | NaN |\n")]
    [InlineData("<!-- measured -->\n\n| pictures | accuracy |\n|---|---|\n| val |\n")]
    [InlineData("<!-- measured -->\n\n| accuracy | pictures |\n|---|---|\n| 0.5 | val |\n")]
    public void Another_card_says_nothing(string text)
    {
        Write(text);

        Assert.Null(ModelCard.Precision(_folder));
    }

    [Fact]
    public void No_card_says_nothing() => Assert.Null(ModelCard.Precision(_folder));

    private void Write(string text) => File.WriteAllText(Path.Combine(_folder, ModelCard.FileName), text);
}
