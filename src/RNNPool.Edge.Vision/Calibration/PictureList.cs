using RNNPool.Edge.Vision.Evaluation;
using RNNPool.Edge.Vision.Imaging;

namespace RNNPool.Edge.Vision.Calibration;

/// <summary>
/// Lists picture files: those of a folder, or those that a CSV file names in its column <c>image</c>, relative to itself.
/// </summary>
public static class PictureList
{
    /// <summary>Lists pictures.</summary>
    /// <param name="path">A folder (its files in the order of their names, folders in it left out), or a CSV file.</param>
    /// <param name="most">Maximum number of pictures; from a longer list that many are taken at equal distances. 0 takes all.</param>
    /// <returns>Paths, at least one.</returns>
    /// <exception cref="ImageException">There is no such folder or file, or no picture in it.</exception>
    /// <exception cref="AnnotationException">The CSV file is wrong.</exception>
    public static IReadOnlyList<string> Find(string path, int most = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(most);
        List<string> files;
        if (Directory.Exists(path))
            files = [.. Directory.EnumerateFiles(path).Where(ImageCodec.IsPictureName).Order(StringComparer.Ordinal)];
        else if (File.Exists(path))
            files = ReadCsv(path);
        else
            throw new ImageException($"{path}: there is no such folder or CSV file.");
        if (files.Count == 0)
            throw new ImageException($"{path}: it holds or names no picture.");
        if (most == 0 || files.Count <= most)
            return files;
        return [.. Enumerable.Range(0, most).Select(i => files[(int)((long)i * files.Count / most)])];
    }

    private static List<string> ReadCsv(string path) =>
        CsvFile.Load(path, (reader, folder) =>
            CsvFile
                .Lines(reader, path, "image")
                .Select(line => line.Image())
                .Distinct(StringComparer.Ordinal)
                .Select(name => Path.Combine(folder, name))
                .ToList()
        );
}
