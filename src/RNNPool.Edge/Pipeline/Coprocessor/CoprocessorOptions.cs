using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;
using RNNPool.Edge.Link.Transports;

namespace RNNPool.Edge.Pipeline.Coprocessor;

/// <summary>The coprocessor, and which engine looks at frames. Section <c>Coprocessor</c>.</summary>
public sealed class CoprocessorOptions
{
    /// <summary>Name of the section in the configuration.</summary>
    public const string SectionName = "Coprocessor";

    /// <summary>Which engine looks at frames: Host, Coprocessor or Auto. Auto without an <see cref="Endpoint"/> is Host. Default Auto.</summary>
    public CoprocessorMode Mode { get; set; } = CoprocessorMode.Auto;

    /// <summary>
    /// Where the coprocessor is: <c>serial:///dev/serial/by-id/NAME?baud=921600</c>, <c>unix:///run/x.sock</c> or <c>tcp://127.0.0.1:port</c>.
    /// Default: none.
    /// </summary>
    public string? Endpoint { get; set; }

    /// <summary>What this machine itself runs: Onnx or Interpreter. Default Onnx.</summary>
    public HostEngine HostEngine { get; set; } = HostEngine.Onnx;

    /// <summary>Upload the device's model to a coprocessor that runs another one. Default true.</summary>
    public bool UploadModel { get; set; } = true;

    /// <summary>
    /// Longest time for one frame, from its first byte to its result; then the frame is given to the host's engine. 0.1 s to 10 min; default
    /// 1.9 s, so that a coprocessor that hangs costs at most two seconds of detections.
    /// </summary>
    public TimeSpan FrameTimeout { get; set; } = TimeSpan.FromSeconds(1.9);

    /// <summary>First wait before a lost coprocessor is looked for again; doubles up to <see cref="MaxReconnectDelay"/>. 0.05 s to 1 min; default 0.25 s.</summary>
    public TimeSpan ReconnectDelay { get; set; } = TimeSpan.FromSeconds(0.25);

    /// <summary>Longest wait before a lost coprocessor is looked for again. <see cref="ReconnectDelay"/> to 10 min; default 5 s.</summary>
    public TimeSpan MaxReconnectDelay { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// First rest of a coprocessor that has failed on a frame; doubles with every further failure up to <see cref="MaxRest"/>, so that one that fails
    /// again and again does not slow the device down. 0 s to 1 h; default 1 s.
    /// </summary>
    public TimeSpan Rest { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest rest of a coprocessor that has failed on a frame. <see cref="Rest"/> to 1 day; default 1 min.</summary>
    public TimeSpan MaxRest { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Run every frame of the coprocessor in the reference interpreter as well, and count and log the frames on which they differ: a check of the
    /// whole chain that costs the processor what the coprocessor saves. Default false.
    /// </summary>
    public bool Verify { get; set; }

    /// <summary>Whether there is a coprocessor to talk to.</summary>
    internal bool IsUsed => Mode != CoprocessorMode.Host && !string.IsNullOrEmpty(Endpoint);
}

internal sealed class CoprocessorOptionsValidator : IValidateOptions<CoprocessorOptions>
{
    private const string Endpoints = "it must be serial:///dev/serial/by-id/NAME?baud=921600, unix:///PATH or tcp://127.0.0.1:PORT";

    public ValidateOptionsResult Validate(string? name, CoprocessorOptions options)
    {
        var rules = new SettingRules(CoprocessorOptions.SectionName);
        rules.Check(nameof(options.Mode), options.Mode, Enum.IsDefined(options.Mode), "it must be Host, Coprocessor or Auto");
        rules.Check(nameof(options.HostEngine), options.HostEngine, Enum.IsDefined(options.HostEngine), "it must be Onnx or Interpreter");
        if (options.Mode == CoprocessorMode.Coprocessor)
            rules.Check(
                nameof(options.Endpoint),
                options.Endpoint,
                !string.IsNullOrEmpty(options.Endpoint),
                $"the mode Coprocessor needs one, and {Endpoints}"
            );
        if (!string.IsNullOrEmpty(options.Endpoint) && !LinkEndpoint.TryParse(options.Endpoint, out _, out string? error))
            rules.Check($"{CoprocessorOptions.SectionName}:{nameof(options.Endpoint)}: {SettingRules.Printable(error)}");
        return rules
            .Range(nameof(options.FrameTimeout), options.FrameTimeout, TimeSpan.FromSeconds(0.1), TimeSpan.FromMinutes(10))
            .Range(nameof(options.ReconnectDelay), options.ReconnectDelay, TimeSpan.FromSeconds(0.05), TimeSpan.FromMinutes(1))
            .Range(nameof(options.MaxReconnectDelay), options.MaxReconnectDelay, options.ReconnectDelay, TimeSpan.FromMinutes(10))
            .Range(nameof(options.Rest), options.Rest, TimeSpan.Zero, TimeSpan.FromHours(1))
            .Range(nameof(options.MaxRest), options.MaxRest, options.Rest, TimeSpan.FromDays(1))
            .Result();
    }
}
