using System.Globalization;
using System.Text.RegularExpressions;
using RNNPool.Edge.Vision.Cameras.Processes;
using RNNPool.Edge.Vision.Configuration;

namespace RNNPool.Edge.Vision.Cameras.Ffmpeg;

/// <summary>Creates ffmpeg's command line, which contains no address.</summary>
internal static partial class FfmpegCommand
{
    // Without file, no list or playlist of a camera can name a file of this machine; the pipe is the list with the address. A camera cannot
    // lead ffmpeg to protocols that its own does not need.
    private const string RtspProtocols = "pipe,tcp,udp,rtp,srtp,rtsp,rtsps,tls",
        HttpProtocols = "pipe,tcp,tls,http,https,httpproxy,crypto",
        OtherProtocols = "pipe,tcp,udp,rtp,srtp,tls,rtmp,rtmps";

    // A stream of another kind than the address announces could be a list of addresses.
    private const string RtspFormats = "concat,rtsp",
        RtpFormats = "concat,rtp",
        OtherFormats = "concat,mpegts,mpeg,mpegvideo,flv,live_flv,h264,hevc,m4v,mjpeg,mpjpeg,matroska,webm,mp4,nut,ogg,asf,avi,ivf,obu";

    private const string Authorities = "/etc/ssl/certs/ca-certificates.crt";

    // ffmpeg analyses one second of the stream (in microseconds) instead of five to detect its formats.
    private const string Analysis = "1000000";

    // Shorter parts occur by chance.
    private const int MinSecretLength = 3;

    /// <summary>Creates the command; the guard of an address limits ffmpeg to the server in it.</summary>
    public static ProcessCommand Build(string program, FfmpegOptions options, IProcessGuard? guard = null)
    {
        List<string> arguments = ["-hide_banner", "-nostats", "-loglevel", "error"];
        if (options.IsAddress)
        {
            // ffmpeg reads the address, which may contain a password, from its standard input, as a list of one file.
            arguments.AddRange([
                "-analyzeduration",
                Analysis,
                "-threads",
                "2",
                "-protocol_whitelist",
                FindProtocols(options.Target),
                .. FindFormats(options.Target) is { } formats ? new[] { "-format_whitelist", formats } : [],
                "-f",
                "concat",
                "-safe",
                "0",
                "-i",
                "pipe:0",
            ]);
        }
        else
        {
            if (options.Loop)
                arguments.AddRange(["-stream_loop", "-1"]);
            if (options.RealTime)
                arguments.Add("-re");
            arguments.AddRange(["-protocol_whitelist", "file,crypto", "-i", "file:" + options.Target]);
        }

        arguments.AddRange(["-map", "0:v:0", "-vf", Filters(options), "-fps_mode", "passthrough", "-f", "yuv4mpegpipe", "pipe:1"]);
        return new ProcessCommand(program, arguments)
        {
            Input = options.IsAddress ? List(options) : null,
            Guard = guard,
            Environment = new Dictionary<string, string?> { ["http_proxy"] = (guard as HttpRelay)?.Address, ["no_proxy"] = null },
            Redact = text => Redact(text, options.Target),
        };
    }

    /// <summary>Whether ffmpeg connects to this kind of address by TLS and passes no options on to it.</summary>
    public static bool HidesCertificate(string target) =>
        target.StartsWith("rtsps://", StringComparison.OrdinalIgnoreCase)
        || target.StartsWith("rtmps://", StringComparison.OrdinalIgnoreCase);

    /// <summary>Removes the address and all possible credentials from a text.</summary>
    public static string Redact(string text, string target)
    {
        text = text.Replace(target, "the source", StringComparison.Ordinal);

        // ffmpeg may take a raw slash in a password for the end of the host, and then reports the halves.
        IReadOnlyList<string> secrets = AddressSecrets.Find(target);
        IEnumerable<string> parts = secrets.Union(secrets.SelectMany(secret => secret.Split('/', '?', '#')));
        foreach (string secret in parts.Where(part => part.Length >= MinSecretLength).OrderByDescending(part => part.Length))
            text = text.Replace(secret, "...", StringComparison.Ordinal);
        return Credentials().Replace(text, "://");
    }

    private static string FindProtocols(string target) =>
        target.StartsWith("rtsp", StringComparison.OrdinalIgnoreCase) ? RtspProtocols
        : target.StartsWith("http", StringComparison.OrdinalIgnoreCase) ? HttpProtocols
        : OtherProtocols;

    // The lists of HTTP are limited by the relay.
    private static string? FindFormats(string target) =>
        target.StartsWith("rtsp", StringComparison.OrdinalIgnoreCase) ? RtspFormats
        : target.StartsWith("http", StringComparison.OrdinalIgnoreCase) ? null
        : target.StartsWith("rtp", StringComparison.OrdinalIgnoreCase) || target.StartsWith("srtp", StringComparison.OrdinalIgnoreCase)
            ? RtpFormats
        : OtherFormats;

    private static string Filters(FfmpegOptions options)
    {
        // Surplus frames are dropped before they are converted. The requested rate can only fall below this rate later.
        string thin =
            options.Rate > 0
                ? string.Create(
                    CultureInfo.InvariantCulture,
                    $"select='isnan(prev_selected_t)+gte(t-prev_selected_t,{0.9 / options.Rate:0.######})',"
                )
                : "";
        string width = options.Width > 0 ? $"'min(iw,{options.Width})'" : "iw";
        return $"{thin}scale=w={width}:h=-2:flags=area:out_range=full,format={(options.Color ? "yuv420p" : "gray")}";
    }

    private static string List(FfmpegOptions options)
    {
        // Within single quotes only the quote itself is special, and is written as '\''.
        string list = $"ffconcat version 1.0\nfile '{options.Target.Replace("'", "'\\''", StringComparison.Ordinal)}'\n";
        if (options.Target.StartsWith("rtsp", StringComparison.OrdinalIgnoreCase))
            list += $"option rtsp_transport {options.Transport}\n";

        // A camera must not lead the device to addresses of its own choice, such as those of this machine.
        if (options.Target.StartsWith("http", StringComparison.OrdinalIgnoreCase))
            list += "option max_redirects 0\n";
        if (options.ValidatesCertificate && options.Target.StartsWith("https", StringComparison.OrdinalIgnoreCase))
            list += $"option tls_verify 1\noption ca_file {Authorities}\n";

        return list + $"option fflags nobuffer\noption analyzeduration {Analysis}\n";
    }

    [GeneratedRegex(@"://[^/@\s]*@")]
    private static partial Regex Credentials();
}

/// <summary>The parameters of an <c>ffmpeg:</c> source.</summary>
/// <param name="Target">Address or file.</param>
/// <param name="IsAddress">Whether it is an address.</param>
/// <param name="Rate">Frames per second, 0 for all.</param>
/// <param name="Width">Widest frame in pixels, 0 for any.</param>
/// <param name="Color">Whether the frames have colour.</param>
/// <param name="RealTime">Whether a file is played at its own speed.</param>
/// <param name="Loop">Whether a file starts again at its end.</param>
/// <param name="Transport">Transport of RTSP: tcp or udp.</param>
/// <param name="ValidatesCertificate">Whether the certificate of an encrypted connection must be valid.</param>
internal sealed record FfmpegOptions(
    string Target,
    bool IsAddress,
    double Rate,
    int Width,
    bool Color,
    bool RealTime,
    bool Loop,
    string Transport,
    bool ValidatesCertificate
);
