using System.Text.Json;

namespace RNNPool.Edge.Models.Arch;

/// <summary>
/// Reads <c>arch.json</c>, which is untrusted: the size of the text, its depth, the number of layers and every value are
/// bounded before anything is computed from them.
/// </summary>
public static class ArchitectureReader
{
    /// <summary>Largest accepted text in bytes.</summary>
    public const int MaxBytes = 1 << 20;

    /// <summary>Most layers of a network.</summary>
    public const int MaxLayers = 128;

    private const int MaxChannels = 4096,
        MaxInput = 4096;

    internal static NetworkArchitecture Load(string path)
    {
        byte[] json;
        try
        {
            using FileStream file = File.OpenRead(path);
            if (file.Length > MaxBytes)
                throw TooLong(path, file.Length);
            json = new byte[file.Length];
            file.ReadExactly(json);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            bool isMissing = error is FileNotFoundException or DirectoryNotFoundException;
            throw new ModelException(
                isMissing ? $"{path}: there is no such file." : $"{path}: cannot be read ({error.Message.TrimEnd('.')}).",
                error
            );
        }

        return Parse(json, path);
    }

    private static ModelException TooLong(string source, long bytes) =>
        new($"{source}: {bytes} bytes is too long for a description of a network; at most {MaxBytes} are read.");

    internal static NetworkArchitecture Parse(ReadOnlyMemory<byte> json, string source)
    {
        if (json.Length > MaxBytes)
            throw TooLong(source, json.Length);
        try
        {
            using JsonDocument document = JsonDocument.Parse(
                json,
                new JsonDocumentOptions { MaxDepth = 8, AllowDuplicateProperties = false }
            );
            return Read(new JsonField(document.RootElement, "", source), source);
        }
        catch (JsonException error)
        {
            string where = error.LineNumber is { } line ? $" (line {line + 1})" : "";
            throw new ModelException($"{source}: this is not valid JSON{where}.", error);
        }
        catch (InvalidOperationException error)
        {
            // The JSON reader throws this for strings that are not valid text.
            throw new ModelException($"{source}: a string in this file is not valid Unicode.", error);
        }
    }

    private static NetworkArchitecture Read(JsonField root, string source)
    {
        if (root.Required("format").Text(64) != "rnnpool-arch")
            throw root.Required("format").Error("is not 'rnnpool-arch', so this does not describe an RNNPool network");
        root.Required("version").Int(1, 1);
        root.RequireOnly("format", "version", "name", "task", "input", "labels", "layers", "detection");

        string name = root.Required("name").Text(64);
        if (!name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '.' or '_') || name[0] == '.')
            throw root.Required("name").Error("must consist of lower-case letters, digits, dots, hyphens and underscores");
        NetworkTask task = root.Required("task")
            .OneOf(("detection", NetworkTask.Detection), ("classification", NetworkTask.Classification));
        InputSpec input = ReadInput(root.Required("input"));
        List<string> labels = root.Required("labels").Items(1, 256).ConvertAll(l => l.Text(64));
        List<JsonField> layerFields = root.Required("layers").Items(1, MaxLayers);
        List<Layer> layers = layerFields.ConvertAll(ReadLayer);
        CheckChain(task, labels, layers, layerFields, root);
        DetectionSpec? detection = ReadDetection(root, task);
        try
        {
            return new NetworkArchitecture(name, task, input, labels, layers, detection);
        }
        catch (ShapeException error)
        {
            throw new ModelException($"{source}: layers[{error.Layer}] ('{layers[error.Layer].Name}') {error.Message}.", error);
        }
    }

    private static InputSpec ReadInput(JsonField field)
    {
        field.RequireOnly("width", "height", "channels", "mean", "scale", "fit");
        int count = field.Required("channels").Int(1, 3);
        if (count == 2)
            throw field.Required("channels").Error("is 2; it must be 1 (grey) or 3 (red, green, blue)");
        return new InputSpec(
            field.Required("width").Int(8, MaxInput),
            field.Required("height").Int(8, MaxInput),
            count,
            field.Required("mean").Float(0, 255),
            field.Required("scale").Float(1e-3f, 1e6f),
            field.Optional("fit")?.OneOf(("letterbox", InputFit.Letterbox), ("stretch", InputFit.Stretch)) ?? InputFit.Letterbox
        );
    }

    private static Layer ReadLayer(JsonField field)
    {
        JsonField typeField = field.Required("type");
        string type = typeField.Text(64);
        string name = field.Optional("name") is { } given ? ReadName(given) : type;
        switch (type)
        {
            case "resize":
                field.RequireOnly("type", "name", "scale");
                return new ResizeLayer(name, field.Required("scale").Float(0.25f, 0.999f));
            case "conv":
                field.RequireOnly("type", "name", "kernel", "channels", "stride", "activation");
                JsonField kernelField = field.Required("kernel");
                int kernel = kernelField.Int(1, 15);
                if (kernel % 2 == 0)
                    throw kernelField.Error($"is {kernel}; it must be odd");
                return new ConvLayer(
                    name,
                    kernel,
                    Channels(field),
                    Stride(field),
                    field.Optional("activation")?.OneOf(("relu6", Activation.Relu6), ("none", Activation.None)) ?? Activation.Relu6
                );
            case "rnnpool":
                return ReadRnnPool(field, name);
            case "bottleneck":
                field.RequireOnly("type", "name", "expansion", "channels", "repeats", "stride");
                return new BottleneckLayer(name, field.Required("expansion").Int(1, 64), Channels(field), Repeats(field), Stride(field));
            case "separable":
                field.RequireOnly("type", "name", "channels", "repeats", "stride");
                return new SeparableLayer(name, Channels(field), Repeats(field), Stride(field));
            case "head":
                field.RequireOnly("type", "name", "anchors", "l2norm");
                float l2norm = field.Optional("l2norm")?.Float(0, 1e4f) ?? 0;
                return new HeadLayer(name, field.Required("anchors").Items(1, 16).ConvertAll(ReadAnchor), l2norm > 0 ? l2norm : null);
            case "averagepool":
                field.RequireOnly("type", "name");
                return new AveragePoolLayer(name);
            case "dense":
                field.RequireOnly("type", "name", "channels");
                return new DenseLayer(name, Channels(field));
            default:
                throw typeField.Error(
                    $"is '{(type.Length <= 40 ? type : type[..37] + "...")}'; "
                        + "it must be resize, conv, rnnpool, bottleneck, separable, head, averagepool or dense"
                );
        }
    }

    private static RnnPoolLayer ReadRnnPool(JsonField field, string name)
    {
        field.RequireOnly("type", "name", "patch", "stride", "hidden1", "hidden2", "gate", "global");
        JsonField? patchField = field.Optional("patch");
        int patch = patchField?.Int(0, 64) ?? 0;
        bool? global = field.Optional("global")?.Bool();
        if (global == true)
            patch = 0;
        else if (patch == 0 && (global == false || patchField is null))
            throw (patchField ?? field).Error("has no patch; give 'patch', or '\"global\": true' for one RNNPool over the whole map");
        int stride = Stride(field);
        if (patch > 0 && stride > patch)
            throw field.Required("stride").Error($"is {stride}; it must be at most the patch, {patch}, or cells would be skipped");
        return new RnnPoolLayer(
            name,
            patch,
            stride,
            field.Required("hidden1").Int(1, 256),
            field.Required("hidden2").Int(1, 256),
            field.Optional("gate")?.OneOf(("hard", GateKind.Hard), ("smooth", GateKind.Smooth)) ?? GateKind.Hard
        );
    }

    private static AnchorShape ReadAnchor(JsonField field)
    {
        field.RequireOnly("width", "height", "background");
        return new AnchorShape(
            field.Required("width").Float(0.5f, 2 * MaxInput),
            field.Required("height").Float(0.5f, 2 * MaxInput),
            field.Optional("background")?.Int(1, 16) ?? 1
        );
    }

    private static DetectionSpec? ReadDetection(JsonField root, NetworkTask task)
    {
        JsonField? given = root.Optional("detection");
        if (task == NetworkTask.Classification)
            return given is null ? null : throw given.Value.Error("has no meaning for a classifier");
        JsonField field = root.Required("detection");
        field.RequireOnly("variances", "scoreThreshold", "nmsIou", "maxDetections");
        List<JsonField> variances = field.Required("variances").Items(2, 2);
        return new DetectionSpec(
            variances[0].Float(1e-3f, 10),
            variances[1].Float(1e-3f, 10),
            field.Required("scoreThreshold").Float(1e-4f, 0.9999f),
            field.Required("nmsIou").Float(0.01f, 1),
            field.Optional("maxDetections")?.Int(1, 10_000) ?? 100
        );
    }

    private static void CheckChain(NetworkTask task, List<string> labels, List<Layer> layers, List<JsonField> fields, JsonField root)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (int i = 0; i < layers.Count; i++)
        {
            if (!names.Add(layers[i].Name))
                throw fields[i].Error($"has the name '{layers[i].Name}', which an earlier layer has too");
            if (layers[i] is HeadLayer && task == NetworkTask.Classification)
                throw fields[i].Error("is a detection head, which a classifier cannot have");
            if (layers[i] is DenseLayer or AveragePoolLayer && task == NetworkTask.Detection)
                throw fields[i].Error("summarises the whole map, which a detector cannot do");
        }

        if (task == NetworkTask.Detection)
        {
            if (!layers.Any(l => l is HeadLayer))
                throw root.Required("layers").Error("has no head; a detector needs at least one");
            if (labels.Count != 1)
                throw root.Required("labels").Error($"has {labels.Count} labels; a detector's heads have one score, so it must have 1");
        }
        else
        {
            if (labels.Count < 2)
                throw root.Required("labels")
                    .Error("has 1 label; a classifier needs at least 2, of which the first means that there is no object");
            if (layers[^1] is not DenseLayer last)
                throw fields[^1].Error("is not dense; a classifier ends with a dense layer");
            if (last.Channels != labels.Count)
                throw fields[^1].Required("channels").Error($"is {last.Channels}, but there are {labels.Count} labels");
        }
    }

    private static string ReadName(JsonField field)
    {
        string name = field.Text(64);
        if (!name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-'))
            throw field.Error("must consist of letters, digits, hyphens and underscores");
        return name;
    }

    private static int Channels(JsonField field) => field.Required("channels").Int(1, MaxChannels);

    private static int Stride(JsonField field) => field.Optional("stride")?.Int(1, 16) ?? 1;

    private static int Repeats(JsonField field) => field.Optional("repeats")?.Int(1, 64) ?? 1;
}
