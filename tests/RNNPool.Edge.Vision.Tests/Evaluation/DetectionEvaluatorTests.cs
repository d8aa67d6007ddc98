using System.Xml.Linq;
using RNNPool.Edge.Models.Arch;
using RNNPool.Edge.Vision.Evaluation;
using RNNPool.Edge.Vision.Geometry;

namespace RNNPool.Edge.Vision.Tests.Evaluation;

public sealed class DetectionEvaluatorTests
{
    private static readonly InputSpec Input = new(320, 240, 1, 128, 128);
    private readonly DetectionEvaluator _evaluator = new(0.5f, Input);

    [Fact]
    public void Average_precision_is_the_area_under_the_envelope()
    {
        // By score: hit, miss, hit, miss, hit of 4 faces. Precisions at the hits 1, 2/3, 3/5: their envelope times 1/4 each.
        _evaluator.Add(
            Picture(Face(0), Face(100), Face(200), Face(300)),
            [At(0, 0.9f), At(50, 0.8f), At(100, 0.7f), At(150, 0.6f), At(200, 0.4f)]
        );
        EvaluationResult result = _evaluator.Complete();
        Assert.Equal((1 + (2.0 / 3) + (3.0 / 5)) / 4, result.Ap50, 1e-9);
        Assert.Equal((4, 1, 0.5, 0.5), (result.Faces, result.Images, result.Precision, result.Recall));
        Assert.Equal([0.25, 0.25, 0.5, 0.5, 0.75], result.Curve.Select(p => p.Recall));
    }

    [Fact]
    public void A_late_hit_lifts_the_precision_before_it()
    {
        _evaluator.Add(Picture(Face(0), Face(100)), [At(50, 0.9f), At(0, 0.8f), At(100, 0.7f)]);
        Assert.Equal(2.0 / 3, _evaluator.Complete().Ap50, 1e-9);
    }

    [Fact]
    public void A_face_is_found_once()
    {
        _evaluator.Add(Picture(Face(0)), [At(0, 0.9f), At(1, 0.8f)]);
        EvaluationResult result = _evaluator.Complete();
        Assert.Equal((1, 0.5), (result.Ap50, result.Precision));
    }

    [Fact]
    public void Overlap_must_reach_one_half()
    {
        // Shifted by a third of the width: IoU (2/3) / (4/3) = 1/2.
        _evaluator.Add(Picture(Face(0)), [new(0, 0.9f, new BoundingBox(10, 50, 30, 40))]);
        Assert.Equal(1, _evaluator.Complete().Ap50);
        var other = new DetectionEvaluator(0.5f, Input);
        other.Add(Picture(Face(0)), [new(0, 0.9f, new BoundingBox(10.5f, 50, 30, 40))]);
        Assert.Equal(0, other.Complete().Ap50);
    }

    [Fact]
    public void What_matches_or_lies_in_an_ignored_box_counts_neither_way()
    {
        AnnotatedBox ignored = new(new BoundingBox(200, 0, 100, 100), true);
        _evaluator.Add(
            Picture(Face(0), ignored),
            [
                At(0, 0.9f),
                new(0, 0.99f, new BoundingBox(210, 10, 90, 90)),
                new(0, 0.98f, new BoundingBox(190, 50, 30, 20)),
                new(0, 0.97f, new BoundingBox(180, 50, 39, 20)),
            ]
        );
        EvaluationResult result = _evaluator.Complete();
        Assert.Equal((1, 2), (result.Faces, result.Curve.Count));
        Assert.Equal(0.5, result.Ap50);
    }

    [Fact]
    public void Tiny_faces_are_ignored()
    {
        // 448 is the longer side: 8 pixels count, 7.9 do not.
        AnnotatedPicture picture = new(
            "a",
            "/a",
            448,
            300,
            "",
            [new(new BoundingBox(0, 0, 8, 20), false), new(new BoundingBox(100, 100, 7.9f, 20), false)]
        );
        _evaluator.Add(picture, [new(0, 0.9f, new BoundingBox(100, 100, 7.9f, 20)), new(0, 0.8f, new BoundingBox(0, 0, 8, 20))]);
        EvaluationResult result = _evaluator.Complete();
        Assert.Equal((1, 1), (result.Faces, result.Ap50));
    }

    [Fact]
    public void Heights_are_those_in_the_input()
    {
        // 640x480 shrinks by 2: 40 pixels are 20, 100 are 50.
        AnnotatedPicture picture = new(
            "a",
            "/a",
            640,
            480,
            "",
            [new(new BoundingBox(0, 0, 30, 40), false), new(new BoundingBox(200, 0, 80, 100), false)]
        );
        _evaluator.Add(picture, [new(0, 0.9f, new BoundingBox(200, 0, 80, 100))]);
        EvaluationResult result = _evaluator.Complete();
        HeightBin small = result.ByHeight.Single(b => b.MinHeight == 16),
            large = result.ByHeight.Single(b => b.MinHeight == 40);
        Assert.Equal((1, 0.0, 0.0), (small.Faces, small.Ap50, small.Recall));
        Assert.Equal((1, 1.0, 1.0), (large.Faces, large.Ap50, large.Recall));
        Assert.Equal(2, result.ByHeight.Sum(b => b.Faces));
    }

    [Fact]
    public void Faces_are_told_apart_by_their_share_of_the_frame()
    {
        // In 320x240, 640x320 shrinks by 2 and has borders: 47 pixels are 23.5 of 240, 48 are a tenth, 96 a fifth. The smallest is under 8
        // of 448.
        AnnotatedPicture picture = new(
            "a",
            "/a",
            640,
            320,
            "",
            [Box(0, 11), Box(30, 23), Box(100, 47), Box(200, 48), Box(300, 95), Box(450, 96)]
        );
        _evaluator.Add(
            picture,
            [new(0, 0.9f, Box(100, 47).Box), new(0, 0.8f, Box(450, 96).Box), new(0, 0.4f, Box(200, 48).Box), new(0, 0.3f, Box(0, 11).Box)]
        );
        EvaluationResult result = _evaluator.Complete();
        Assert.Equal(
            [
                new ShareBin(0, 0.05, 1, 0, 0),
                new ShareBin(0.05, 0.1, 1, 1, 1),
                new ShareBin(0.1, 0.2, 2, 0.5, 0),
                new ShareBin(0.2, 0.4, 1, 1, 1),
                new ShareBin(0.4, 1, 0, 0, 0),
            ],
            result.ByShare
        );
        Assert.Equal(new ShareBin(0, 0.1, 2, 0.5, 0.5), result.Small);
        static AnnotatedBox Box(float x, float height) => new(new BoundingBox(x, 0, height, height), false);
    }

    [Fact]
    public void A_face_just_on_a_limit_is_not_under_it()
    {
        // A tenth of 352 * 3 / 4, which single precision holds as 26.3999996.
        _evaluator.Add(new("a", "/a", 352, 240, "", [new(new BoundingBox(0, 0, 26.4f, 26.4f), false)]), []);
        EvaluationResult result = _evaluator.Complete();
        Assert.Equal((0, 1), (result.Small.Faces, result.ByShare.Single(b => b.MinShare == 0.1).Faces));
    }

    [Fact]
    public void Pictures_without_any_box_are_free_of_faces_and_sources_have_their_own_figures()
    {
        _evaluator.Add(Picture("b", Face(0)), [At(0, 0.9f), At(200, 0.6f)]);
        _evaluator.Add(Picture("a"), [At(0, 0.7f), At(100, 0.5f), At(200, 0.49f)]);
        _evaluator.Add(Picture("a"), []);
        _evaluator.Add(Picture("a", Face(0) with { Ignore = true }), [At(0, 0.9f)]);
        EvaluationResult result = _evaluator.Complete();
        Assert.Equal((2, 2), (result.FaceFreeImages, result.FaceFreeFalseFaces));
        Assert.Equal([new SourceFigures("a", 3, 0, 0, 2), new SourceFigures("b", 1, 1, 1, 1)], result.BySource);
    }

    [Fact]
    public void Pictures_without_faces_only_lower_precision()
    {
        _evaluator.Add(Picture(Face(0)), [At(0, 0.8f)]);
        _evaluator.Add(Picture(), [At(0, 0.9f)]);
        EvaluationResult result = _evaluator.Complete();
        Assert.Equal((0.5, 2, 1), (result.Ap50, result.Images, result.Faces));
    }

    [Fact]
    public void Nothing_found_and_nothing_there_are_not_errors()
    {
        _evaluator.Add(Picture(), []);
        EvaluationResult result = _evaluator.Complete();
        Assert.Equal((0, 0, 1.0, 0.0), (result.Ap50, result.Faces, result.Precision, result.Recall));
        XDocument.Parse(PrecisionRecallChart.ToSvg(result, "empty"));
    }

    [Fact]
    public void The_chart_is_wellformed_and_small()
    {
        var random = new Random(1);
        for (int i = 0; i < 500; i++)
            _evaluator.Add(
                Picture(Face(0), Face(100)),
                [At(0, random.NextSingle()), At(100, random.NextSingle()), At(200, random.NextSingle())]
            );
        string svg = PrecisionRecallChart.ToSvg(_evaluator.Complete(), "a < b & \"c\"");
        XElement root = XDocument.Parse(svg).Root!;
        Assert.Equal("a < b & \"c\"", root.Elements().First(e => e.Name.LocalName == "text").Value);
        Assert.Equal(2, root.Elements().Count(e => e.Name.LocalName == "polyline"));
        Assert.InRange(svg.Length, 1000, 60_000);
    }

    private static AnnotatedPicture Picture(params AnnotatedBox[] boxes) => Picture("", boxes);

    private static AnnotatedPicture Picture(string source, params AnnotatedBox[] boxes) => new("a", "/a", 400, 300, source, boxes);

    private static AnnotatedBox Face(float x) => new(new BoundingBox(x, 50, 30, 40), false);

    private static Detection At(float x, float score) => new(0, score, new BoundingBox(x, 50, 30, 40));
}
