using Microsoft.Extensions.Options;
using RNNPool.Edge.Link.Coprocessor;
using RNNPool.Edge.Link.Transports;

namespace RNNPool.Edge.Pipeline.Coprocessor;

/// <summary>The coprocessor, and the engine that processes frames. Section <c>Coprocessor</c>.</summary>
[MovedSetting("HostEngine", "Detector:Engine")]
[SettingNeeds(nameof(Mode), nameof(Endpoint), When = nameof(CoprocessorMode.Coprocessor))]
public sealed class CoprocessorOptions
{
    /// <summary>Name of the section in the configuration.</summary>
    public const string SectionName = "Coprocessor";

#pragma warning disable CS1591 // [Setting] describes each property.
    [Setting(
        "Engine for the frames: this machine; the coprocessor only; "
            + "or the coprocessor while it is connected and holds the model of the device, "
            + "else this machine. Auto without an endpoint is Host."
    )]
    public CoprocessorMode Mode { get; set; } = CoprocessorMode.Auto;

    [Setting(
        "Address of the coprocessor. The mode Coprocessor needs it.",
        Allowed = "`serial:///PATH?baud=N`, `unix:///PATH` or `tcp://127.0.0.1:PORT`"
    )]
    [SettingPattern(@"^(?:\s*$|serial:///.|unix:///.|tcp://.)", "an endpoint", Partial = true)]
    public string? Endpoint { get; set; }

    [Setting("Whether the model of the device is uploaded to a coprocessor that runs another one.")]
    public bool UploadModel { get; set; } = true;

    [Setting("Longest time for one frame on the coprocessor. After it this machine runs the frame.")]
    [SettingRange("00:00:00.1", "00:10:00")]
    public TimeSpan FrameTimeout { get; set; } = TimeSpan.FromSeconds(1.9);

    [Setting("Delay before the first attempt to reconnect; it doubles with every failure.")]
    [SettingRange("00:00:00.05", "00:01:00")]
    public TimeSpan ReconnectDelay { get; set; } = TimeSpan.FromSeconds(0.25);

    [Setting("Longest delay between attempts to reconnect.", Allowed = "ReconnectDelay to 10 min")]
    [SettingRange("00:00:00.05", "00:10:00")]
    public TimeSpan MaxReconnectDelay { get; set; } = TimeSpan.FromSeconds(5);

    [Setting("Pause of a coprocessor that has failed on a frame; it doubles with every failure.")]
    [SettingRange("00:00:00", "01:00:00")]
    public TimeSpan Rest { get; set; } = TimeSpan.FromSeconds(1);

    [Setting("Longest pause after a failure.", Allowed = "Rest to 1 day")]
    [SettingRange("00:00:00", "1.00:00:00")]
    public TimeSpan MaxRest { get; set; } = TimeSpan.FromMinutes(1);

    [Setting("Whether every frame of the coprocessor also runs in the reference interpreter, and differences are counted and logged.")]
    public bool Verify { get; set; }

    /// <summary>Whether the device uses a coprocessor.</summary>
    internal bool IsUsed => Mode != CoprocessorMode.Host && !string.IsNullOrEmpty(Endpoint);

    /// <summary>The settings of the link.</summary>
    internal CoprocessorClientOptions CreateClientOptions() =>
        new()
        {
            DetectTimeout = FrameTimeout,
            MinReconnectDelay = ReconnectDelay,
            MaxReconnectDelay = MaxReconnectDelay,
        };
}

internal sealed class CoprocessorOptionsValidator : IValidateOptions<CoprocessorOptions>
{
    public ValidateOptionsResult Validate(string? name, CoprocessorOptions options)
    {
        SettingRules rules = new SettingRules(CoprocessorOptions.SectionName).Attributes(options);
        if (!string.IsNullOrEmpty(options.Endpoint) && !LinkEndpoint.TryParse(options.Endpoint, out _, out string? error))
            rules.Check($"{CoprocessorOptions.SectionName}:{nameof(options.Endpoint)}: {SettingRules.Printable(error)}");
        if (options.MaxReconnectDelay < options.ReconnectDelay)
            rules.Check(
                nameof(options.MaxReconnectDelay),
                options.MaxReconnectDelay,
                false,
                $"it must be from {options.ReconnectDelay} to 00:10:00"
            );
        if (options.MaxRest < options.Rest)
            rules.Check(nameof(options.MaxRest), options.MaxRest, false, $"it must be from {options.Rest} to 1.00:00:00");
        return rules.Result();
    }
}
