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
    [InlineData("", "set.csv: ")]
    [InlineData("image,width,x,y,w\n", "set.csv|1|height, h|image, width, x, y, w")]
    [InlineData("image;width;height;x;y;w;h\np.jpg;9;9;1,5;1;2;2\n", "set.csv|1|semicolons|commas")]
    [InlineData("image\twidth\theight\tx\ty\tw\th\np.jpg\t9\t9\t1\t1\t2\t2\n", "set.csv|1|tabs|commas")]
    [InlineData("Image;Width;Height;X;Y;W;H\n", "set.csv|1|semicolons")]
    [InlineData("Image,Width,Height,X,Y,W,H\n", "set.csv|1|lower case|image, width, height, x, y, w, h|Image")]
    [InlineData("image,width,height,xmin,ymin,xmax,ymax\n", "set.csv|1|x, y, w, h|xmin, ymin, xmax, ymax")]
    [InlineData(Header + "a,100,50,s,120,10,20,20,0,h\n", "set.csv|2|120|100x50")]
    [InlineData(Header + "a,100,50,s,-15,10,20,20,0,h\n", "set.csv|2|-15|100x50")]
    [InlineData(Header + "a,100,50,s,10,45,20,20,0,h\n", "set.csv|2|45|100x50")]
    [InlineData(Header, "set.csv: ")]
    [InlineData(Header + "a,100,50,s,1,2,3,4,0,h\na,100,50,s,1,two,3,4,0,h\n", "set.csv|3|y|'two'")]
    [InlineData(Header + "a,100,50,s,1,2,3,NaN,0,h\n", "set.csv|2|h|'NaN'")]
    [InlineData(Header + "a,0,50,s,1,2,3,4,0,h\n", "set.csv|2|width|'0'")]
    [InlineData(Header + "a,100,50,s,1,2,-3,4,0,h\n", "set.csv|2|-3|4")]
    [InlineData(Header + "a,100,50,s,1,2,3,4,yes,h\n", "set.csv|2|ignore|'yes'|0|1")]
    [InlineData(Header + "a,100,50\n", "set.csv|2|source|3|10")]
    [InlineData(Header + "a,100,50,s,1,2,3,4,0,h\na,99,50,s,1,2,3,4,0,h\n", "set.csv|3|99x50|100x50")]
    [InlineData(Header + "\"a,100,50\n", "set.csv|2")]
    [InlineData(Header + ",100,50,s,1,2,3,4,0,h\n", "set.csv|2|image")]
    public void A_wrong_line_is_named(string text, string names) =>
        Sentence.AssertNames(Assert.Throws<AnnotationException>(() => Read(text)).Message, names);

    [Fact]
    public void A_missing_file_is_named()
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "none.csv");
        Assert.StartsWith(
            $"{path}: ",
            Assert.Throws<AnnotationException>(() => AnnotationSet.Load(path)).Message,
            StringComparison.Ordinal
        );
    }

    private static AnnotationSet Read(string text) => AnnotationSet.Read(new StringReader(text), "set.csv", "/pictures");
}
