using System.Globalization;
using RNNPool.Edge.Core;
using RNNPool.Edge.Models.Folders;
using RNNPool.Edge.Vision.Detectors;
using RNNPool.Edge.Vision.Evaluation;
using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Imaging;
using Spectre.Console;

namespace RNNPool.Edge.Cli.Eval;

/// <summary>A detector on annotated pictures.</summary>
internal static class DetectionEval
{
    /// <summary>The curve needs detections far below the working threshold.</summary>
    private const float LowestScore = 0.01f;

    public static async Task RunAsync(
        ModelFolder folder,
        DetectorOptions options,
        string path,
        FileInfo? plot,
        bool json,
        Terminal terminal,
        CancellationToken cancellationToken
    )
    {
        AnnotationSet set = AnnotationSet.Load(path);
        float threshold = options.ScoreThreshold ?? folder.Architecture.Detection!.ScoreThreshold;
        using IDetector detector = EvalCommand.CreateDetector(folder, options, MathF.Min(LowestScore, threshold));
        var evaluator = new DetectionEvaluator(threshold, folder.Architecture.Input);
        var boxesAreUpright = new Lazy<bool>(() => AreUpright(set));
        EvalTiming timing = await EvalCommand
            .EvaluateAsync(
                [.. set.Pictures.Select(picture => picture.Path)],
                detector,
                (i, frame, detections) =>
                {
                    AnnotatedPicture picture = set.Pictures[i];
                    evaluator.Add(MakeUpright(picture, frame, set.Path, boxesAreUpright), detections.Items);
                },
                terminal,
                cancellationToken
            )
            .ConfigureAwait(false);

        EvaluationResult evaluation = evaluator.Complete();
        if (plot is not null)
            await File.WriteAllTextAsync(
                    plot.FullName,
                    PrecisionRecallChart.ToSvg(evaluation, $"{folder.Name} on {Path.GetFileName(set.Path)}"),
                    cancellationToken
                )
                .ConfigureAwait(false);
        EvaluationSummary summary = Summarize(folder, detector.Engine, evaluation, timing);
        if (json)
            terminal.WriteJson(summary, EvalJson.Default.EvaluationSummary);
        else
            Show(terminal, summary);
    }

    // Boxes are in pixels of the stored picture, unless the stated size can only be that of the upright one, in this picture or in all
    // others of the set whose size shows the difference.
    private static AnnotatedPicture MakeUpright(AnnotatedPicture picture, Frame frame, string annotations, Lazy<bool> boxesAreUpright)
    {
        PictureOrientation stored = ImageCodec.LoadOrientation(picture.Path);
        if (HasStoredSize(picture, stored))
            return stored.Exif == 1 || (!stored.HasOtherSizeUpright && boxesAreUpright.Value)
                ? picture
                : picture with
                {
                    Width = frame.Width,
                    Height = frame.Height,
                    Boxes = [.. picture.Boxes.Select(box => box with { Box = stored.ToUpright(box.Box) })],
                };
        return (frame.Width, frame.Height) == (picture.Width, picture.Height)
            ? picture
            : throw new CommandException(
                $"{picture.Path} is {frame.Width}x{frame.Height}, but {annotations} states {picture.Width}x{picture.Height}.",
                "The boxes would be wrong; correct the annotations or the picture."
            );
    }

    private static bool HasStoredSize(AnnotatedPicture picture, PictureOrientation stored) =>
        (stored.StoredWidth, stored.StoredHeight) == (picture.Width, picture.Height);

    private static bool AreUpright(AnnotationSet set)
    {
        bool[] stored =
        [
            .. set
                .Pictures.Select(picture => (Picture: picture, Orientation: ImageCodec.LoadOrientation(picture.Path)))
                .Where(pair => pair.Orientation.HasOtherSizeUpright)
                .Select(pair => HasStoredSize(pair.Picture, pair.Orientation)),
        ];
        return stored.Length > 0 && !stored.Contains(true);
    }

    private static EvaluationSummary Summarize(ModelFolder folder, string engine, EvaluationResult result, EvalTiming timing) =>
        new()
        {
            Model = folder.Name,
            Engine = engine,
            Ap50 = Math.Round(result.Ap50, 4),
            Images = result.Images,
            Faces = result.Faces,
            Precision = Math.Round(result.Precision, 4),
            Recall = Math.Round(result.Recall, 4),
            Threshold = Math.Round(result.WorkingThreshold, 4),
            MedianMs = timing.MedianMs,
            ImagesPerSecond = timing.ImagesPerSecond,
            Parameters = folder.Architecture.Analysis.Parameters,
            MultiplyAdds = folder.Architecture.Analysis.MultiplyAdds,
            ByHeight =
            [
                .. result.ByHeight.Select(bin => new HeightBand(
                    bin.MinHeight,
                    bin.MaxHeight,
                    bin.Faces,
                    OrNull(bin.Ap50, bin.Faces),
                    OrNull(bin.Recall, bin.Faces)
                )),
            ],
            Small = Band(result.Small),
            ByFrameShare = [.. result.ByShare.Select(Band)],
            BySource =
            [
                .. result.BySource.Select(source => new SourceSummary(
                    source.Source,
                    source.Images,
                    source.Faces,
                    OrNull(source.Ap50, source.Faces),
                    source.FalseFaces
                )),
            ],
            FaceFree = new FaceFreeSummary(
                result.FaceFreeImages,
                result.FaceFreeFalseFaces,
                result.FaceFreeImages == 0 ? null : Math.Round((double)result.FaceFreeFalseFaces / result.FaceFreeImages, 5)
            ),
        };

    private static ShareBand Band(ShareBin bin) =>
        new(bin.MinShare, bin.MaxShare, bin.Faces, OrNull(bin.Ap50, bin.Faces), OrNull(bin.Recall, bin.Faces));

    private static double? OrNull(double value, int faces) => faces == 0 ? null : Math.Round(value, 4);

    private static void Show(Terminal terminal, EvaluationSummary summary)
    {
        string threshold = Tables.Number(summary.Threshold, "0.00");
        Table figures = Tables.Create("figure", ["value"]);
        foreach (
            (string name, string value) in new[]
            {
                ("model", summary.Model),
                ("engine", summary.Engine),
                ("parameters", Tables.Whole(summary.Parameters)),
                ("multiply-adds per picture", Tables.Whole(summary.MultiplyAdds)),
                ("pictures", Tables.Whole(summary.Images)),
                ("faces", Tables.Whole(summary.Faces)),
                ("AP@0.5", Tables.Number(summary.Ap50, "0.000")),
                ("AP@0.5 of faces under 10 % of the frame's height", Tables.Number(summary.Small.Ap50, "0.000")),
                ($"precision at {threshold}", Tables.Number(summary.Precision, "0.000")),
                ($"recall at {threshold}", Tables.Number(summary.Recall, "0.000")),
                ("pictures without any face", Tables.Whole(summary.FaceFree.Images)),
                ($"false faces on each of those at {threshold}", Tables.Number(summary.FaceFree.PerImage, "0.0000")),
                ("median ms per inference", Tables.Number(summary.MedianMs, "0.0")),
                ("pictures per second, reading included", Tables.Number(summary.ImagesPerSecond, "0.0")),
            }
        )
        {
            Tables.Add(figures, name, value);
        }

        terminal.Write(figures);
        Table shares = Tables.Create("face height against the frame's", ["faces", "AP@0.5", "recall"]);
        foreach (ShareBand band in summary.ByFrameShare)
        {
            string range = string.Create(CultureInfo.InvariantCulture, $"{band.From * 100:0} to {band.To * 100:0} %");
            Tables.Add(shares, range, Tables.Whole(band.Faces), Tables.Number(band.Ap50, "0.000"), Tables.Number(band.Recall, "0.000"));
        }

        terminal.Write(shares);
        Table heights = Tables.Create("face height in input pixels", ["faces", "AP@0.5", "recall"]);
        foreach (HeightBand band in summary.ByHeight)
        {
            string range = string.Create(CultureInfo.InvariantCulture, $"{band.From} to {band.To}");
            Tables.Add(heights, range, Tables.Whole(band.Faces), Tables.Number(band.Ap50, "0.000"), Tables.Number(band.Recall, "0.000"));
        }

        terminal.Write(heights);
        if (summary.BySource.Count == 0)
            return;
        Table sources = Tables.Create("source", ["pictures", "faces", "AP@0.5", $"false at {threshold}"]);
        foreach (SourceSummary source in summary.BySource)
            Tables.Add(
                sources,
                source.Source,
                Tables.Whole(source.Images),
                Tables.Whole(source.Faces),
                Tables.Number(source.Ap50, "0.000"),
                Tables.Whole(source.FalseFaces)
            );
        terminal.Write(sources);
    }
}
