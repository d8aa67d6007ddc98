namespace RNNPool.Edge.Models.Arch;

/// <summary>The task of a network.</summary>
public enum NetworkTask
{
    /// <summary>Boxes with scores.</summary>
    Detection,

    /// <summary>One label for the whole picture.</summary>
    Classification,
}

/// <summary>How a frame of other proportions becomes the input.</summary>
public enum InputFit
{
    /// <summary>With its proportions kept, in the middle; the borders are the mean.</summary>
    Letterbox,

    /// <summary>Width and height each scaled to the input's; no borders.</summary>
    Stretch,
}

/// <summary>The input tensor: value = (pixel - <paramref name="Mean"/>) / <paramref name="Scale"/>.</summary>
/// <param name="Width">Width in pixels.</param>
/// <param name="Height">Height in pixels.</param>
/// <param name="Channels">1 for grey, 3 for RGB.</param>
/// <param name="Mean">Pixel value that becomes 0, which also fills the borders of a letterboxed picture; 0 to 255.</param>
/// <param name="Scale">Pixel levels per unit, over 0.</param>
/// <param name="Fit">How frames of other proportions are fitted; letterbox by default.</param>
public sealed record InputSpec(int Width, int Height, int Channels, float Mean, float Scale, InputFit Fit = InputFit.Letterbox);

/// <summary>How the outputs of a detector become boxes.</summary>
/// <param name="CenterVariance">SSD variance of dx and dy: cx = ax + dx * variance * aw.</param>
/// <param name="SizeVariance">SSD variance of dw and dh: w = aw * exp(dw * variance).</param>
/// <param name="ScoreThreshold">Working threshold on the score, over 0 and under 1.</param>
/// <param name="NmsIou">Intersection over union above which the lower score of two boxes is dropped, over 0, at most 1.</param>
/// <param name="MaxDetections">Most boxes of one picture.</param>
public sealed record DetectionSpec(float CenterVariance, float SizeVariance, float ScoreThreshold, float NmsIou, int MaxDetections);

/// <summary>A network as <c>arch.json</c> describes it, checked: every value in range, every layer fits the one before it.</summary>
public sealed class NetworkArchitecture
{
    internal NetworkArchitecture(
        string name,
        NetworkTask task,
        InputSpec input,
        IReadOnlyList<string> labels,
        IReadOnlyList<Layer> layers,
        DetectionSpec? detection
    )
    {
        Name = name;
        Task = task;
        Input = input;
        Labels = labels;
        Layers = layers;
        Detection = detection;
        ObjectLabels = task == NetworkTask.Detection ? labels : [.. labels.Skip(1)];
        Analysis = ArchitectureAnalysis.Compute(this);
        Anchors = AnchorGrid.Compute(this);
    }

    /// <summary>Name of the model: lower-case letters, digits, dots and hyphens.</summary>
    public string Name { get; }

    /// <summary>The task of the network.</summary>
    public NetworkTask Task { get; }

    /// <summary>The input tensor.</summary>
    public InputSpec Input { get; }

    /// <summary>
    /// Labels: of a detection, or of the classes in the order of the logits. The first class means that there is no object.
    /// </summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>Labels of objects: the label of a detection, or of all classes but the first.</summary>
    public IReadOnlyList<string> ObjectLabels { get; }

    /// <summary>The chain of layers.</summary>
    public IReadOnlyList<Layer> Layers { get; }

    /// <summary>How outputs become boxes; null for a classifier.</summary>
    public DetectionSpec? Detection { get; }

    /// <summary>Shapes, multiplications, parameters and receptive fields, layer by layer.</summary>
    public ArchitectureAnalysis Analysis { get; }

    /// <summary>The anchors of a detector in the order of its outputs; empty for a classifier.</summary>
    public AnchorGrid Anchors { get; }

    /// <summary>Reads <c>arch.json</c>.</summary>
    /// <exception cref="ModelException">
    /// The file is missing, is not JSON, or does not describe a supported network.
    /// </exception>
    public static NetworkArchitecture Load(string path) => ArchitectureReader.Load(path);

    /// <summary>Reads the UTF-8 text of an <c>arch.json</c>.</summary>
    /// <param name="json">The text, at most <see cref="ArchitectureReader.MaxBytes"/> long.</param>
    /// <param name="source">Name for messages.</param>
    /// <exception cref="ModelException">The text does not describe a supported network.</exception>
    public static NetworkArchitecture Parse(ReadOnlyMemory<byte> json, string source) => ArchitectureReader.Parse(json, source);
}
