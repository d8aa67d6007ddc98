using RNNPool.Edge.Testing;
using RNNPool.Edge.Vision.Evaluation;

namespace RNNPool.Edge.Vision.Tests.Evaluation;

public sealed class LabelledSetTests
{
    private const string Header = "image,label,source,score,gray,box_area,group,how\n";
    private static readonly string[] Labels = ["none", "person"];

    [Fact]
    public void Pictures_have_their_labels_and_what_is_known_of_them()
    {
        LabelledSet set = Read(Header + "a.jpg,person,web,0.9,0,0.25,g,h\n\"b, c.jpg\",none,,,1,,,\r\n");
        Assert.Equal(
            [
                new("a.jpg", "/pictures/a.jpg", 1, "web", false, 0.25),
                new LabelledPicture("b, c.jpg", "/pictures/b, c.jpg", 0, "", true, null),
            ],
            set.Pictures
        );
    }

    [Fact]
    public void Image_and_label_are_enough() =>
        Assert.Equal(new LabelledPicture("a", "/pictures/a", 1, "", null, null), Assert.Single(Read("label,image\nperson,a\n").Pictures));

    [Theory]
    [InlineData("", "set.csv: ")]
    [InlineData("image,source\n", "set.csv|1|label")]
    [InlineData(Header, "set.csv: ")]
    [InlineData(Header + "a,dog,s,0,0,0,g,h\n", "set.csv|2|label|'dog'|none, person")]
    [InlineData(Header + "a,none,s,0,0,0,g,h\n\na,none,s,0,0,0,g,h\n", "set.csv|4|a")]
    [InlineData(Header + "a,none,s,0,2,0,g,h\n", "set.csv|2|gray|'2'|0|1")]
    [InlineData(Header + "a,none,s,0,0,big,g,h\n", "set.csv|2|box_area|'big'")]
    [InlineData(Header + "a,none,s,0,0,1.1,g,h\n", "set.csv|2|box_area|1.1|0|1")]
    [InlineData(Header + "a\n", "set.csv|2|label|1|8")]
    [InlineData(Header + ",none,s,0,0,0,g,h\n", "set.csv|2|image")]
    [InlineData(Header + "\"a,none\n", "set.csv|2")]
    public void A_wrong_line_is_named(string text, string names) =>
        Sentence.AssertNames(Assert.Throws<AnnotationException>(() => Read(text)).Message, names);

    private static LabelledSet Read(string text) => LabelledSet.Read(new StringReader(text), "set.csv", "/pictures", Labels);
}
