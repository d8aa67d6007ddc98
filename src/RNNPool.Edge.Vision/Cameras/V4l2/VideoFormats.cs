namespace RNNPool.Edge.Vision.Cameras.V4l2;

/// <summary>Reads the picture formats, sizes and rates that a device lists.</summary>
internal static class VideoFormats
{
    // Bounds for drivers whose enumerations do not end.
    private const int MaxFormats = 64;
    private const int MaxSizes = 256;
    private const int MaxRates = 64;

    private static readonly (int Width, int Height)[] UsualSizes =
    [
        (160, 120),
        (320, 240),
        (640, 480),
        (800, 600),
        (1280, 720),
        (1920, 1080),
        (2560, 1440),
        (3840, 2160),
    ];

    /// <summary>The formats with their sizes and rates.</summary>
    public static IReadOnlyList<VideoFormatChoice> Read(VideoDevice device)
    {
        var formats = new List<VideoFormatChoice>();
        for (uint i = 0; i < MaxFormats; i++)
        {
            var description = new FormatDescription { Index = i, Type = VideoDevice.Capture };
            if (device.Control(VideoRequest.EnumerateFormats, ref description) < 0)
                break;
            formats.Add(new VideoFormatChoice(description.PixelFormat, Text(ref description), Sizes(device, description.PixelFormat)));
        }

        return formats;
    }

    private static unsafe string Text(ref FormatDescription description)
    {
        fixed (byte* text = description.Description)
            return KernelText.Read(new ReadOnlySpan<byte>(text, 32));
    }

    private static List<VideoSize> Sizes(VideoDevice device, uint format)
    {
        var sizes = new List<VideoSize>();
        for (uint i = 0; i < MaxSizes; i++)
        {
            var entry = new FrameSizeEntry { Index = i, PixelFormat = format };
            if (device.Control(VideoRequest.EnumerateSizes, ref entry) < 0)
                break;
            if (entry.Type == FrameSizeEntry.Discrete)
            {
                Add(entry.MinWidth, entry.MaxWidth);
                continue;
            }

            // A range: the usual sizes within it are a sufficient choice.
            foreach ((int width, int height) in UsualSizes)
            {
                if (
                    Fits((uint)width, entry.MinWidth, entry.MaxWidth, entry.StepWidth)
                    && Fits((uint)height, entry.MinHeight, entry.MaxHeight, entry.StepHeight)
                )
                    Add((uint)width, (uint)height);
            }

            if (sizes.Count == 0)
                Add(entry.MaxWidth, entry.MaxHeight);
            break;
        }

        return sizes;

        void Add(uint width, uint height)
        {
            if (width is > 0 and <= 16384 && height is > 0 and <= 16384)
                sizes.Add(new VideoSize((int)width, (int)height, Rates(device, format, width, height)));
        }
    }

    private static bool Fits(uint value, uint minimum, uint maximum, uint step) =>
        value >= minimum && value <= maximum && (step <= 1 || (value - minimum) % step == 0);

    private static List<double> Rates(VideoDevice device, uint format, uint width, uint height)
    {
        var rates = new List<double>();
        for (uint i = 0; i < MaxRates; i++)
        {
            var entry = new FrameIntervalEntry
            {
                Index = i,
                PixelFormat = format,
                Width = width,
                Height = height,
            };
            if (device.Control(VideoRequest.EnumerateIntervals, ref entry) < 0)
                break;
            if (entry.MinNumerator > 0)
                rates.Add((double)entry.MinDenominator / entry.MinNumerator);
            if (entry.Type == FrameIntervalEntry.Discrete)
                continue;
            double fastest = rates.Count > 0 ? rates[^1] : 0,
                slowest = entry.MaxNumerator > 0 ? (double)entry.MaxDenominator / entry.MaxNumerator : fastest;
            foreach (double usual in (ReadOnlySpan<double>)[60, 30, 25, 20, 15, 10, 5, 2, 1])
            {
                if (usual < fastest && usual >= slowest)
                    rates.Add(usual);
            }

            break;
        }

        rates.Sort((a, b) => b.CompareTo(a));
        return rates;
    }
}
