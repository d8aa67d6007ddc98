using RNNPool.Edge.Models;
using RNNPool.Edge.Models.Folders;
using RNNPool.Edge.Models.Signatures;

namespace RNNPool.Edge.Pipeline.Engines;

/// <summary>
/// The rule of <see cref="ModelOptions.Keys"/>: while it has a key, models that did not come with the program need a signature of one of
/// the keys.
/// </summary>
internal static class SignedModels
{
    /// <summary>Opens the model of the settings.</summary>
    /// <exception cref="ModelException">It cannot be opened or is not accepted.</exception>
    public static ModelFolder Open(ModelOptions options)
    {
        ModelFolder folder = ModelFolder.Open(options.Resolve());
        Check(folder.Path, options);
        return folder;
    }

    /// <summary>Checks a model folder, or a package alone.</summary>
    /// <exception cref="ModelException">It is not accepted; the message is a sentence.</exception>
    public static void Check(string path, ModelOptions options)
    {
        if (options.Keys.Length == 0 || ModelOptions.Bundled.Contains(path))
            return;
        try
        {
            FindKey(path, options);
        }
        catch (ModelException exception)
        {
            throw new ModelException(
                $"{exception.Message.TrimEnd('.')}, and {ModelOptions.SectionName}:{nameof(ModelOptions.Keys)} accepts only signed models.",
                exception
            );
        }
    }

    /// <summary>The key whose signature a model has.</summary>
    /// <exception cref="ModelException">It has no signature of any of the keys.</exception>
    public static ModelKey FindKey(string path, ModelOptions options)
    {
        var keys = new List<ModelKey>();
        foreach (string text in options.Keys)
        {
            if (ModelKey.TryParse(text, out ModelKey? key))
                keys.Add(key);
        }

        return ModelSignature.Verify(path, keys);
    }
}
