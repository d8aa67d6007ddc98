using RNNPool.Edge.Vision.Cameras.Http;
using RNNPool.Edge.Vision.Cameras.Processes;
using RNNPool.Edge.Vision.Configuration;

namespace RNNPool.Edge.Vision.Cameras.Ffmpeg;

/// <summary>
/// <c>ffmpeg:rtsp://host/stream#rate=10&amp;width=640&amp;color=true&amp;transport=tcp</c> and
/// <c>ffmpeg:/path/film.mp4?realtime=true&amp;loop=false</c>: every source that ffmpeg can read, through a child process.
/// </summary>
public sealed class FfmpegCameraProvider : ICameraProvider
{
    private static readonly string[] Schemes = ["rtsp", "rtsps", "http", "https", "rtmp", "rtmps", "tcp", "udp", "rtp", "srtp"];
    private static readonly string[] DatagramSchemes = ["udp://", "rtp://", "srtp://"];

    /// <inheritdoc/>
    public string Scheme => "ffmpeg";

    /// <inheritdoc/>
    public string Example => "ffmpeg:rtsp://camera.local/stream";

    /// <summary>The program to run; tests replace it.</summary>
    internal string Program { get; init; } = "ffmpeg";

    /// <inheritdoc/>
    public ICamera Create(CameraSource source, CameraContext context)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(context);
        FfmpegOptions options = Read(source, context);

        // A file that is not played at its own speed is processed frame by frame.
        double rate = options.RealTime ? Math.Max(options.Rate, 0) : 0;
        return Address(options) is { } address
            ? new HttpCamera(
                source.DisplayName,
                new HttpCameraOptions(address, options.Rate, options.Width, options.Color, options.ValidatesCertificate),
                () => CreateProcess(source, options, rate, context),
                context
            )
            : CreateProcess(source, options, rate, context);
    }

    private ProcessCamera CreateProcess(CameraSource source, FfmpegOptions options, double rate, CameraContext context) =>
        new(
            source.DisplayName,
            () => Command(source, options),
            new Y4mReader(source.DisplayName),
            rate,
            finite: !options.IsAddress,
            CameraRemedy.Find,
            context
        );

    // ffmpeg invents the times of JPEG pictures over HTTP, which have none, and does not read every camera's way to send them.
    private static Uri? Address(FfmpegOptions options) =>
        options.IsAddress
        && options.Target.StartsWith("http", StringComparison.OrdinalIgnoreCase)
        && Uri.TryCreate(options.Target, UriKind.Absolute, out Uri? address)
            ? address
            : null;

    private static FfmpegOptions Read(CameraSource source, CameraContext context)
    {
        int mark = source.Target.IndexOf("://", StringComparison.Ordinal);
        bool address = mark > 0;
        source.RequireOnly(
            address ? ["rate", "width", "color", "transport", "certificate"] : ["rate", "width", "color", "realtime", "loop"]
        );
        if (source.Target.Length == 0)
            throw new CameraException("ffmpeg: needs an address or a file, as in ffmpeg:rtsp://camera.local/stream");
        if (address && !Schemes.Contains(source.Target[..mark].ToLowerInvariant()))
            throw new CameraException(
                $"{source.DisplayName}: this kind of address is not read; known are "
                    + $"{string.Join(", ", Schemes.Select(scheme => scheme + "://"))}."
            );
        if (source.Target.Any(char.IsControl))
            throw new CameraException($"{source.DisplayName}: the address has control characters in it.");
        string transport = source.Parameters.GetValueOrDefault("transport", "tcp");
        if (transport is not ("tcp" or "udp"))
            throw new CameraException($"{source.DisplayName}: transport is '{transport}'; it must be tcp or udp.");
        string certificate = source.Parameters.GetValueOrDefault(
            "certificate",
            AddressSecrets.Find(source.Target).Count > 0 ? "valid" : "any"
        );
        if (certificate is not ("valid" or "any"))
            throw new CameraException($"{source.DisplayName}: certificate is '{certificate}'; it must be valid or any.");
        bool realTime = address || source.Flag("realtime", true);
        double rate = source.Number("rate", realTime ? context.Requirements.Rate : 0, 0, 1000);
        if (rate is > 0 and < 0.1)
            throw new CameraException($"{source.DisplayName}: rate is under 0.1 frames per second; use 0 for all frames.");
        return new FfmpegOptions(
            source.Target,
            address,
            rate,
            source.WholeNumber("width", context.Requirements.Enlarge(640), 0, 8192),
            source.Flag("color", true),
            realTime,
            !address && source.Flag("loop", false),
            transport,
            certificate == "valid"
        );
    }

    private ProcessCommand Command(CameraSource source, FfmpegOptions options)
    {
        if (!options.IsAddress && !File.Exists(options.Target))
            throw new CameraException($"{source.DisplayName}: there is no such file.");
        if (options.ValidatesCertificate && options.IsAddress && FfmpegCommand.HidesCertificate(options.Target))
        {
            throw new CameraException(
                $"{source.DisplayName}: ffmpeg does not validate the certificate of such a camera; the password could go to another host."
            )
            {
                Fix = "Write #certificate=any after the address to permit that.",
            };
        }

        return FfmpegCommand.Build(
            ProgramFinder.Find(Program)
                ?? throw new CameraException($"{source.DisplayName}: {Program} is not installed.")
                {
                    Fix = "Install the package ffmpeg: sudo apt install ffmpeg",
                },
            options,
            options.IsAddress ? CreateGuard(source, options.Target) : null
        );
    }

    private static IProcessGuard CreateGuard(CameraSource source, string target)
    {
        bool http = target.StartsWith("http", StringComparison.OrdinalIgnoreCase),
            datagrams = DatagramSchemes.Any(scheme => target.StartsWith(scheme, StringComparison.OrdinalIgnoreCase));
        if (datagrams)
            return new ConnectionGuard(source.DisplayName, null);
        if (!ServerAddress.TryParse(target, out ServerAddress server))
            throw new CameraException($"{source.DisplayName}: the address has no valid host and port.")
            {
                Fix = "Percent-encode characters such as @ : / # in user and password.",
            };
        return http ? new HttpRelay(source.DisplayName, server) : new ConnectionGuard(source.DisplayName, server);
    }
}
