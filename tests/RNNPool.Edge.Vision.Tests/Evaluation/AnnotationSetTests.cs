using RNNPool.Edge.Testing;
using RNNPool.Edge.Vision.Evaluation;
using RNNPool.Edge.Vision.Geometry;
using RNNPool.Edge.Vision.Tests.Support;

namespace RNNPool.Edge.Vision.Tests.Evaluation;

public sealed class AnnotationSetTests
{
    private const string Header = "image,width,height,source,x,y,w,h,ignore,origin\n";

    [Fact]
    public void Boxes_are_gathered_by_picture()
    {
        AnnotationSet set = Read(
            Header + "a.jpg,100,50,web,1.5,2,3,4,0,human\n\"b, c.jpg\",10,20,,,,,,,\r\na.jpg,100,50,web,5,6,7,8,1,human\n"
        );
        Assert.Equal(["a.jpg", "b, c.jpg"], set.Pictures.Select(p => p.Name));
        Assert.Equal(
            ("/pictures/a.jpg", 100, 50, "web"),
            (set.Pictures[0].Path, set.Pictures[0].Width, set.Pictures[0].Height, set.Pictures[0].Source)
        );
        Assert.Equal([new(new BoundingBox(1.5f, 2, 3, 4), false), new(new BoundingBox(5, 6, 7, 8), true)], set.Pictures[0].Boxes);
        Assert.Empty(set.Pictures[1].Boxes);
    }

    [Fact]
    public void Only_the_needed_columns_are_needed_in_any_order() =>
        Assert.Equal(new BoundingBox(1, 2, 3, 4), Read("h,w,y,x,height,width,image\n4,3,2,1,10,20,a\n").Pictures[0].Boxes[0].Box);

    [Theory]
    [InlineData("", "set.csv: the file is empty.")]
    [InlineData("image,width,x,y,w\n", "set.csv, line 1: the column height, h is missing.")]
    [InlineData(Header, "set.csv: there is no picture in this file.")]
    [InlineData(Header + "a,100,50,s,1,2,3,4,0,h\na,100,50,s,1,two,3,4,0,h\n", "set.csv, line 3: y is 'two'; it must be a number.")]
    [InlineData(Header + "a,100,50,s,1,2,3,NaN,0,h\n", "set.csv, line 2: h is 'NaN'; it must be a number.")]
    [InlineData(Header + "a,0,50,s,1,2,3,4,0,h\n", "set.csv, line 2: width is '0'; it must be a whole number over 0.")]
    [InlineData(Header + "a,100,50,s,1,2,-3,4,0,h\n", "set.csv, line 2: the box is -3 by 4 pixels; both must be over 0.")]
    [InlineData(Header + "a,100,50,s,1,2,3,4,yes,h\n", "set.csv, line 2: ignore is 'yes'; it must be 0 or 1.")]
    [InlineData(Header + "a,100,50\n", "set.csv, line 2: source is missing: the line has 3 fields of 10.")]
    [InlineData(
        Header + "a,100,50,s,1,2,3,4,0,h\na,99,50,s,1,2,3,4,0,h\n",
        "set.csv, line 3: a is 99x50 here, but 100x50 on an earlier line."
    )]
    [InlineData(Header + "\"a,100,50\n", "set.csv, line 2: a quoted field is not closed.")]
    [InlineData(Header + ",100,50,s,1,2,3,4,0,h\n", "set.csv, line 2: image is empty.")]
    public void A_wrong_line_is_named(string text, string sentence) =>
        Assert.Equal(sentence, Assert.Throws<AnnotationException>(() => Read(text)).Message);

    [Fact]
    public void A_missing_file_is_named()
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "none.csv");
        Assert.Equal($"{path}: there is no such file.", Assert.Throws<AnnotationException>(() => AnnotationSet.Load(path)).Message);
    }

    private static AnnotationSet Read(string text) => AnnotationSet.Read(new StringReader(text), "set.csv", "/pictures");
}
