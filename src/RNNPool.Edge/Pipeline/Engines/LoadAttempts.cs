using System.Globalization;
using RNNPool.Edge.Core;
using RNNPool.Edge.Models;
using RNNPool.Edge.Models.Folders;

namespace RNNPool.Edge.Pipeline.Engines;

/// <summary>
/// Counts, in a file of the state folder, the loads of a model that have not ended: a damaged model can crash the runtime of the network,
/// and with it the process. After two of them the model is refused once, so that the device starts; the start after that tries it again.
/// </summary>
internal sealed class LoadAttempts(StateFolder folder)
{
    /// <summary>Name of the file.</summary>
    public const string FileName = "model-load.txt";

    private const int Most = 2;

    /// <summary>Records that a model is being loaded.</summary>
    /// <exception cref="ModelException">The process has ended during the last loads of this model.</exception>
    public void Begin(ModelFolder model)
    {
        if (!folder.IsUsable)
            return;
        string file = folder.File(FileName),
            identity = Identify(model);
        try
        {
            string[] lines = File.Exists(file) ? File.ReadAllLines(file) : [];
            int before = lines is [string count, string last, ..] && last == identity && int.TryParse(count, out int number) ? number : 0;
            if (before < Most)
            {
                string[] text = [(before + 1).ToString(CultureInfo.InvariantCulture), identity];
                AtomicFile.Write(file, System.Text.Encoding.UTF8.GetBytes(string.Join('\n', text)));
                return;
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return; // without the file a crash is not remembered
        }

        End();
        throw new ModelException($"{model.Path}: the last {Most} starts ended while this model was loaded.");
    }

    /// <summary>Records that the load has ended.</summary>
    public void End()
    {
        if (!folder.IsUsable)
            return;
        try
        {
            File.Delete(folder.File(FileName));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The next load writes it again.
        }
    }

    private static string Identify(ModelFolder model)
    {
        var graph = new FileInfo(model.OnnxPath);
        return string.Create(CultureInfo.InvariantCulture, $"{model.Path} {graph.Length} {graph.LastWriteTimeUtc.Ticks}");
    }
}
