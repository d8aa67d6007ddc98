using System.Text.RegularExpressions;
using RNNPool.Edge.Vision.Configuration;

namespace RNNPool.Edge.Vision.Cameras;

/// <summary>
/// Translates common names of a camera to the notation of the settings: a device such as <c>/dev/video0</c>, the words <c>webcam</c> and
/// <c>csi</c>, an address of a network camera, a folder, a picture or a film.
/// </summary>
public static partial class CameraWords
{
    /// <summary>An expression of what <see cref="Translate"/> translates without looking at the file system, for schemas.</summary>
    public const string Pattern =
        "/.|[.]{1,2}/.|[0-9]{1,2}(?:$|\\?)|video[0-9]|(?:[wW]ebcam|[uU]sb|[cC]si|[pP]icamera|[lL]ibcamera)(?:$|[?:])"
        + "|(?:rtsps?|https?|rtmps?|s?rtp|tcp|udp)://.";

    /// <summary>An expression of the names of cameras of the kernel's video interface, for schemas.</summary>
    public const string VideoPattern = "[vV]4[lL]2:|/dev/|video[0-9]|[0-9]{1,2}(?:$|\\?)|(?:[wW]ebcam|[uU]sb)(?:$|[?:])";

    private const string Video = "v4l2",
        Ribbon = "rpicam",
        Network = "ffmpeg",
        Pictures = "images";

    private static readonly string[] VideoWords = ["webcam", "usb"];
    private static readonly string[] RibbonWords = ["csi", "picamera", "libcamera"];
    private static readonly string[] Addresses = ["rtsp", "rtsps", "http", "https", "rtmp", "rtmps", "rtp", "srtp", "tcp", "udp"];
    private static readonly string[] CommonAddresses = ["rtsp", "http", "https", "rtmp"];
    private static readonly string[] Films =
    [
        ".mp4",
        ".mkv",
        ".avi",
        ".mov",
        ".webm",
        ".m4v",
        ".ts",
        ".mpg",
        ".mpeg",
        ".h264",
        ".h265",
        ".mjpeg",
    ];
    private static readonly string[] Kinds = [Video, Ribbon, Network, Pictures, "synthetic"];

    /// <summary>The camera in the notation of the settings; the text itself if it is in that notation, or unknown.</summary>
    public static string Translate(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string trimmed = text.Trim();
        Match match = Word().Match(trimmed);
        string word = match.Groups["word"].Value.ToLowerInvariant(),
            number = match.Groups["number"].Value,
            tail = match.Groups["tail"].Value;
        if (VideoWords.Contains(word))
            return $"{Video}:{Device(number)}{tail}";
        if (RibbonWords.Contains(word))
            return $"{Ribbon}:{(number.Length > 0 ? number : "0")}{tail}";
        if (Number().Match(trimmed) is { Success: true } device)
            return $"{Video}:{Device(device.Groups["number"].Value)}{device.Groups["tail"].Value}";
        if (trimmed.StartsWith("/dev/", StringComparison.Ordinal))
            return $"{Video}:{trimmed}";
        int scheme = trimmed.IndexOf("://", StringComparison.Ordinal);
        if (scheme > 0 && trimmed[..scheme] is var kind && Addresses.Contains(kind, StringComparer.OrdinalIgnoreCase))
            return $"{Network}:{trimmed}";
        return IsPath(trimmed) ? $"{(IsFilm(trimmed) ? Network : Pictures)}:{trimmed}" : text;
    }

    /// <summary>The known name that is closest to an unknown one; null when none is close.</summary>
    public static string? Nearest(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        int scheme = text.IndexOf("://", StringComparison.Ordinal);
        if (scheme > 0)
        {
            string? address = EditDistance.Nearest(text[..scheme], CommonAddresses);
            return address is null ? null : AddressSecrets.Remove(address + text[scheme..]);
        }

        int colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 && EditDistance.Nearest(text[..colon], Kinds) is { } kind
            ? kind + text[colon..]
            : EditDistance.Nearest(text, [.. VideoWords, .. RibbonWords, "video0", .. Kinds.Select(known => known + ":")]);
    }

    private static string Device(string number) => number.Length > 0 ? $"/dev/video{number}" : "";

    /// <summary>A path has a slash at a place where no address and no kind has one, or names an existing file.</summary>
    private static bool IsPath(string text) =>
        text.StartsWith('/')
        || text.StartsWith("./", StringComparison.Ordinal)
        || text.StartsWith("../", StringComparison.Ordinal)
        || (text.Length > 0 && !text.Contains(':', StringComparison.Ordinal) && Path.Exists(text.Split('?')[0]));

    private static bool IsFilm(string text) => Films.Contains(Path.GetExtension(text.Split('?')[0]), StringComparer.OrdinalIgnoreCase);

    [GeneratedRegex(@"^(?<word>[A-Za-z]+):?(?<number>[0-9]{0,2})(?<tail>\?.*)?$", RegexOptions.CultureInvariant)]
    private static partial Regex Word();

    [GeneratedRegex(@"^(?:video)?(?<number>[0-9]{1,2})(?<tail>\?.*)?$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Number();
}
