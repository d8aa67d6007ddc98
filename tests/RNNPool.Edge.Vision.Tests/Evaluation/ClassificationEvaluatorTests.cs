using RNNPool.Edge.Vision.Evaluation;
using RNNPool.Edge.Vision.Geometry;

namespace RNNPool.Edge.Vision.Tests.Evaluation;

public sealed class ClassificationEvaluatorTests
{
    private readonly ClassificationEvaluator _evaluator = new(0.5f, 2);

    [Fact]
    public void Figures_are_those_of_the_confusion()
    {
        // 5 persons, 3 seen; 3 without, 1 seen.
        foreach (float score in new[] { 0.9f, 0.8f, 0.5f, 0.4f, 0.1f })
            Add(1, score);
        foreach (float score in new[] { 0.6f, 0.3f, 0.05f })
            Add(0, score);
        ClassificationResult result = _evaluator.Complete();
        Assert.Equal(
            [
                [2, 1],
                [2, 3],
            ],
            result.Confusion
        );
        Assert.Equal(new ClassificationFigures(8, 5, 5 / 8.0, 3 / 5.0, 2 / 3.0), result.All);
        Assert.Equal(((3 / 5.0) + (2 / 3.0)) / 2, result.BalancedAccuracy, 1e-12);
        Assert.Equal(3 / 4.0, result.Precision);

        // Of the 15 pairs, 0.9 and 0.8 win 3 each, 0.5 and 0.4 two each, 0.1 one.
        Assert.Equal(11 / 15.0, result.Auc!.Value, 1e-12);
        Assert.Empty(result.BySource);
        Assert.Empty(result.ByColour);
        Assert.Empty(result.ByArea);
        Assert.Null(result.Mixed);
    }

    [Fact]
    public void Equal_scores_count_half_and_one_kind_alone_has_no_curve()
    {
        Add(1, 0.7f);
        Assert.Null(_evaluator.Complete().Auc);
        Add(0, 0.7f);
        Assert.Equal(0.5, _evaluator.Complete().Auc);
    }

    [Fact]
    public void Sources_colours_and_areas_are_parts()
    {
        Add(1, 0.9f, "both", true, 0.01);
        Add(0, 0.9f, "both", false);
        Add(1, 0.2f, "all", true, 0.02);
        Add(1, 0.9f, "all", false, 1);
        Add(0, 0.2f);
        ClassificationResult result = _evaluator.Complete();
        Assert.Equal(
            [
                new("all", new ClassificationFigures(2, 2, 0.5, 0.5, null)),
                new ClassificationPart("both", new ClassificationFigures(2, 1, 0.5, 1, 0)),
            ],
            result.BySource
        );
        Assert.Equal(new ClassificationFigures(2, 1, 0.5, 1, 0), result.Mixed);
        Assert.Equal(["colour", "grey"], result.ByColour.Select(part => part.Name));
        Assert.Equal([new AreaBin(0, 0.02, 1, 1), new AreaBin(0.02, 0.05, 1, 0), new AreaBin(0.4, 1, 1, 1)], result.ByArea);
    }

    [Fact]
    public void The_wrong_object_is_noticed_and_still_wrong()
    {
        var evaluator = new ClassificationEvaluator(0.5f, 3);
        evaluator.Add(Picture(1), [new(1, 0.9f, default)]);
        evaluator.Add(Picture(2), [new(1, 0.9f, default)]);
        ClassificationResult result = evaluator.Complete();
        Assert.Equal(
            [
                [0, 0, 0],
                [0, 0, 1],
                [0, 0, 1],
            ],
            result.Confusion
        );
        Assert.Equal((0.5, 1.0), (result.All.Accuracy, result.All.Recall));
        Assert.Equal(0.5, result.BalancedAccuracy);
    }

    [Fact]
    public void Nothing_seen_has_no_precision()
    {
        _evaluator.Add(Picture(1), []);
        ClassificationResult result = _evaluator.Complete();
        Assert.Equal((null, 0, 0), (result.Precision, result.All.Recall, result.BalancedAccuracy));
    }

    private void Add(int label, float score, string source = "", bool? gray = null, double? area = null) =>
        _evaluator.Add(Picture(label, source, gray, area), [new(0, score, new BoundingBox(0, 0, 8, 8))]);

    private static LabelledPicture Picture(int label, string source = "", bool? gray = null, double? area = null) =>
        new("a", "/a", label, source, gray, area);
}
