using System.Diagnostics;
using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Imaging;

namespace RNNPool.Edge.Vision.Tests.Imaging;

/// <summary>Files whose names are not UTF-8, such as those of an old camera or of another system.</summary>
public sealed class ByteNamesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("rnnpool-edge-").FullName;

    public void Dispose()
    {
        // .NET cannot delete such names.
        using Process removal = Process.Start("rm", ["-r", _folder]);
        removal.WaitForExit();
    }

    [Theory]
    [InlineData(@"caf\351.png")]
    [InlineData(@"\377\376/picture.png")]
    [InlineData(@"a\303.png")]
    public async Task A_picture_is_opened_by_the_name_that_a_listing_shows(string name)
    {
        await CopyAsync(name);
        string shown = Directory.EnumerateFileSystemEntries(_folder).Single();
        if (name.Contains('/', StringComparison.Ordinal))
            shown = Path.Combine(shown, "picture.png");
        Assert.Contains('\uFFFD', shown);

        using Frame frame = ImageCodec.Load(shown, new FramePool());

        Assert.True(frame.Width > 0);
    }

    [Fact]
    public async Task Names_that_differ_in_such_bytes_only_are_refused_with_the_reason()
    {
        await CopyAsync(@"a\377.png");
        await CopyAsync(@"a\376.png");
        string shown = Directory.EnumerateFiles(_folder).First();

        var refusal = Assert.Throws<ImageException>(() => ImageCodec.Load(shown, new FramePool()));

        Assert.Contains("UTF-8", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_that_no_file_has_is_no_file() =>
        Assert.Throws<ImageException>(() => ImageCodec.Load(Path.Combine(_folder, "a\uFFFD.png"), new FramePool()));

    /// <summary>Writes a picture; .NET cannot create the name.</summary>
    private async Task CopyAsync(string name)
    {
        using Frame frame = new FramePool().Rent(4, 4, PixelFormat.Rgb24);
        string picture = Path.Combine(_folder, "picture");
        await File.WriteAllBytesAsync(picture, ImageCodec.Encode(frame, ImageEncoding.Png), TestContext.Current.CancellationToken);
        using Process shell = Process.Start(
            "sh",
            [
                "-c",
                "cd \"$1\" && name=$(printf \"$2\") && mkdir -p \"$(dirname \"$name\")\" && mv \"$3\" \"$name\"",
                "sh",
                _folder,
                name,
                picture,
            ]
        );
        await shell.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, shell.ExitCode);
    }
}
