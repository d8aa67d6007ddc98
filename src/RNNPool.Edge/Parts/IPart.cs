using RNNPool.Edge.Core;

namespace RNNPool.Edge.Parts;

/// <summary>
/// An electronic part that is connected to the device: a button, a display, a servo. Its service opens and updates it on a thread of its
/// own, so its calls may block for as long as a bus does.
/// </summary>
internal interface IPart
{
    /// <summary>Name of the part in the settings, the log and the API, such as <c>oled</c>.</summary>
    string Name { get; }

    /// <summary>Whether the part exists in memory only.</summary>
    bool IsSimulated { get; }

    /// <summary>The device files that the part uses; none while it is simulated. <c>doctor</c> checks their permissions.</summary>
    IReadOnlyList<DeviceFile> DeviceFiles => [];

    /// <summary>Opens the bus or the line and initialises the part.</summary>
    /// <exception cref="IOException">It cannot be opened; the message is a sentence that contains the fix.</exception>
    IPartSession Open(PartSignal signal);

    /// <summary>What the part shows or measures, for the page. Called on any thread.</summary>
    PartView View();

    /// <summary>Feeds a simulated input: the level of a line, or a measured quantity.</summary>
    /// <returns>Whether the part is a simulated input.</returns>
    bool TryFeed(double value) => false;
}

/// <summary>An open part. Its service disposes it after the last update.</summary>
internal interface IPartSession : IDisposable
{
    /// <summary>Brings the part up to date.</summary>
    /// <param name="now">Monotonic time since the start of the service.</param>
    /// <returns>Time to the next update without a signal; <see cref="Timeout.InfiniteTimeSpan"/> for none.</returns>
    /// <exception cref="IOException">The part is lost; it is opened again after a delay.</exception>
    TimeSpan Update(TimeSpan now);

    /// <summary>Brings the part to rest before the device stops: dark, silent, home.</summary>
    void Rest() { }
}

/// <summary>What a part shows or measures; absent members do not apply.</summary>
internal sealed record PartView
{
    /// <summary>State of the part in a few words.</summary>
    public string? Text { get; init; }

    /// <summary>Whether an input is active or an output is on.</summary>
    public bool? On { get; init; }

    /// <summary>A measured quantity.</summary>
    public double? Value { get; init; }

    /// <summary>Unit of <see cref="Value"/>.</summary>
    public string? Unit { get; init; }

    /// <summary>Lines of a character display.</summary>
    public IReadOnlyList<string>? Lines { get; init; }

    /// <summary>Colours of the LEDs, as <c>#rrggbb</c>.</summary>
    public IReadOnlyList<string>? Colors { get; init; }

    /// <summary>Pixels of a graphic display.</summary>
    public PixelView? Pixels { get; init; }

    /// <summary>Pan and tilt in degrees from home.</summary>
    public IReadOnlyList<double>? Angles { get; init; }

    /// <summary>Last transfers on a simulated bus, as <c>&gt; 00 AF</c> for a write and <c>&lt; 01 90</c> for a read.</summary>
    public IReadOnlyList<string>? Transfers { get; init; }

    /// <summary>Input that <c>POST /api/parts/{name}</c> feeds while the part is simulated: <c>level</c> or <c>quantity</c>.</summary>
    public string? Feed { get; init; }
}

/// <summary>A picture of one bit per pixel.</summary>
/// <param name="Width">Pixels in a row.</param>
/// <param name="Height">Rows.</param>
/// <param name="Bits">Rows of packed bits, the most significant first, as base64.</param>
internal sealed record PixelView(int Width, int Height, string Bits);
