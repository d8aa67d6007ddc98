using RNNPool.Edge.Models.Arch;
using RNNPool.Edge.Testing;
using RNNPool.Edge.Vision.Calibration;
using RNNPool.Edge.Vision.Evaluation;
using RNNPool.Edge.Vision.Imaging;
using RNNPool.Edge.Vision.Tests.Quantized;
using Xunit;

namespace RNNPool.Edge.Vision.Tests.Calibration;

public sealed class PictureListTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("pictures").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_folder_is_listed_in_order_without_other_files()
    {
        foreach (string name in new[] { "b.png", "a.jpg", "notes.txt", "c.PNG" })
            File.WriteAllText(Path.Combine(_folder, name), "");
        Assert.Equal(["a.jpg", "b.png", "c.PNG"], PictureList.Find(_folder).Select(Path.GetFileName));
    }

    [Fact]
    public void Pictures_are_taken_at_even_distances()
    {
        for (int i = 0; i < 10; i++)
            File.WriteAllText(Path.Combine(_folder, $"{i}.png"), "");
        Assert.Equal(["0.png", "2.png", "5.png", "7.png"], PictureList.Find(_folder, 4).Select(Path.GetFileName));
    }

    [Fact]
    public void A_csv_names_each_picture_once()
    {
        string path = Csv("label,image\nnone,\"x, y.jpg\"\nperson,b.jpg\n\nperson,b.jpg\n");
        Assert.Equal([Path.Combine(_folder, "x, y.jpg"), Path.Combine(_folder, "b.jpg")], PictureList.Find(path));
    }

    [Theory]
    [InlineData("label\nnone\n", "list.csv|1|image")]
    [InlineData("label,image\nnone,\n", "list.csv|2|image")]
    [InlineData("label,image\nnone\n", "list.csv|2|image")]
    public void A_wrong_csv_is_named(string text, string names) =>
        Sentence.AssertNames(Assert.Throws<AnnotationException>(() => PictureList.Find(Csv(text))).Message, names);

    [Fact]
    public void Nothing_is_named()
    {
        Sentence.AssertNames(Assert.Throws<ImageException>(() => PictureList.Find(_folder)).Message, _folder);
        string none = Path.Combine(_folder, "none");
        Sentence.AssertNames(Assert.Throws<ImageException>(() => PictureList.Find(none)).Message, none);
    }

    [Fact]
    public void Calibration_pictures_are_what_the_network_reads()
    {
        var input = new InputSpec(320, 240, 1, 128, 128);
        string file = Path.Combine(GoldenModel.FaceQvga.Folder, "inputs", "portrait-vga.jpg.png");
        ReadOnlyMemory<byte> picture = Assert.Single(CalibrationPictures.Load([file], input, TestContext.Current.CancellationToken));
        Assert.Equal(
            GoldenModel.FaceQvga.InputOf(
                GoldenModel.FaceQvga.Entries.First(entry => GoldenModel.NameOf(entry) == "pictures/portrait-vga.jpg")
            ),
            picture.ToArray()
        );
    }

    private string Csv(string text)
    {
        string path = Path.Combine(_folder, "list.csv");
        File.WriteAllText(path, text);
        return path;
    }
}
