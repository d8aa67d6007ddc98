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
    [InlineData("", "set.csv: the file is empty.")]
    [InlineData("image,source\n", "set.csv, line 1: the column label is missing.")]
    [InlineData(Header, "set.csv: there is no picture in this file.")]
    [InlineData(Header + "a,dog,s,0,0,0,g,h\n", "set.csv, line 2: label is 'dog'; the model's labels are none, person.")]
    [InlineData(Header + "a,none,s,0,0,0,g,h\n\na,none,s,0,0,0,g,h\n", "set.csv, line 4: a is on an earlier line too.")]
    [InlineData(Header + "a,none,s,0,2,0,g,h\n", "set.csv, line 2: gray is '2'; it must be 0 or 1.")]
    [InlineData(Header + "a,none,s,0,0,big,g,h\n", "set.csv, line 2: box_area is 'big'; it must be a number.")]
    [InlineData(Header + "a,none,s,0,0,1.1,g,h\n", "set.csv, line 2: box_area is 1.1; it must be from 0 to 1.")]
    [InlineData(Header + "a\n", "set.csv, line 2: label is missing: the line has 1 fields of 8.")]
    [InlineData(Header + ",none,s,0,0,0,g,h\n", "set.csv, line 2: image is empty.")]
    [InlineData(Header + "\"a,none\n", "set.csv, line 2: a quoted field is not closed.")]
    public void A_wrong_line_is_named(string text, string sentence) =>
        Assert.Equal(sentence, Assert.Throws<AnnotationException>(() => Read(text)).Message);

    private static LabelledSet Read(string text) => LabelledSet.Read(new StringReader(text), "set.csv", "/pictures", Labels);
}
