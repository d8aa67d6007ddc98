using System.IO.Enumeration;
using RNNPool.Edge.Vision.Imaging;

namespace RNNPool.Edge.Vision.Cameras;

/// <summary>The picture files of a folder, a pattern or a file name, in natural order.</summary>
internal static class PictureFiles
{
    public static IReadOnlyList<string> List(string target, string camera)
    {
        // An existing file has priority, because its name may contain the characters of a pattern.
        if (File.Exists(target))
            return [target];
        try
        {
            if (Directory.Exists(target))
                return RequireAny(
                    Directory.EnumerateFiles(target).Where(ImageCodec.IsPictureName),
                    $"{camera}: there are no pictures (JPEG, PNG, WebP, GIF, BMP) in this folder."
                );

            string pattern = Path.GetFileName(target);
            string folder = Path.GetDirectoryName(target) is { Length: > 0 } parent ? parent : ".";
            if (pattern.AsSpan().IndexOfAny('*', '?') < 0 || !Directory.Exists(folder))
                throw new CameraException($"{camera}: there is no such file or folder.");
            IEnumerable<string> matches = Directory
                .EnumerateFiles(folder)
                .Where(file =>
                    ImageCodec.IsPictureName(file)
                    && FileSystemName.MatchesSimpleExpression(pattern, Path.GetFileName(file), ignoreCase: false)
                );
            return RequireAny(matches, $"{camera}: no picture in {folder} has a name like {pattern}.");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CameraException($"{camera}: the folder cannot be read ({error.Message.TrimEnd('.')}).", error);
        }
    }

    private static string[] RequireAny(IEnumerable<string> files, string none)
    {
        string[] found = [.. files];
        if (found.Length == 0)
            throw new CameraException(none);
        Array.Sort(found, NaturalOrder.Instance);
        return found;
    }
}
