using System.Text;
using RNNPool.Edge.Core;
using RNNPool.Edge.Host;
using RNNPool.Edge.Settings;
using RNNPool.Edge.Vision.Evaluation;

namespace RNNPool.Edge.Fuzz.Targets;

/// <summary>Annotations of boxes and of labels: read, or refused with a sentence.</summary>
internal sealed class AnnotationsTarget : FuzzTarget
{
    public override void Run(ReadOnlySpan<byte> input)
    {
        string text = Encoding.UTF8.GetString(input);
        try
        {
            AnnotationSet set = AnnotationSet.Read(new StringReader(text), "x", "/pictures");
            Require(set.Pictures.Count > 0, "a set has pictures");
            foreach (AnnotatedPicture picture in set.Pictures)
                Require(picture.Width > 0 && picture.Boxes.All(box => box.Box.Width > 0 && float.IsFinite(box.Box.X)), "boxes are finite");
        }
        catch (AnnotationException exception)
        {
            Require(exception.Message.EndsWith('.'), "the refusal is a sentence");
        }

        try
        {
            LabelledSet set = LabelledSet.Read(new StringReader(text), "x", "/pictures", ["none", "person"]);
            Require(set.Pictures.All(picture => picture.Label is 0 or 1), "labels are those of the model");
        }
        catch (AnnotationException exception)
        {
            Require(exception.Message.EndsWith('.'), "the refusal is a sentence");
        }
    }
}

/// <summary>
/// Configuration files: accepted or refused as a failure of validation, in the same way twice, and a setting can be changed in the text of
/// every file that is accepted.
/// </summary>
internal sealed class ConfigurationTarget : FuzzTarget
{
    private readonly string _file = Path.Combine(Directory.CreateTempSubdirectory("fuzz-").FullName, "config.json");
    private readonly DeviceComposer _composer = new();

    public override void Run(ReadOnlySpan<byte> input)
    {
        File.WriteAllBytes(_file, input);
        if (Refusal() is not null)
            return;
        var text = new JsonDocumentText(Encoding.UTF8.GetString(input));
        text.Set("Device:Name", "\"changed\"");
        File.WriteAllText(_file, text.ToString());
        if (Refusal() is { } refusal)
            throw new PropertyException($"a changed file stays valid: {refusal}");
        Require(Load().Values["Device:Name"].Value == "changed", "the change is read");
    }

    private DeviceSettings Load() => DeviceHost.Settings.Load(new SettingSources(_file, [], SystemFile: false, SetUp: true));

    private string? Refusal()
    {
        try
        {
            _composer.Validate(Load());
            return null;
        }
        catch (CommandException exception)
        {
            Require(exception.ExitCode == ExitCode.Configuration, "the refusal is one of the configuration");
            return exception.Message;
        }
        catch (Exception exception) when (SettingFailures.Read(exception) is { Length: > 0 } failures)
        {
            return string.Join(' ', failures);
        }
    }
}
