using System.Globalization;

namespace RNNPool.Edge.Vision.Cameras.V4l2;

/// <summary>Reads the controls that a device lists, with their values and choices.</summary>
internal static class VideoControls
{
    // Bounds for drivers whose enumerations do not end.
    private const int MaxControls = 256;
    private const int MaxChoices = 64;

    /// <summary>The controls that can be set.</summary>
    public static IReadOnlyList<VideoControl> Read(VideoDevice device)
    {
        var controls = new List<VideoControl>();
        uint last = 0;
        for (int i = 0; i < MaxControls; i++)
        {
            var query = new ControlQuery { Id = last | ControlQuery.NextBit };
            if (device.Control(VideoRequest.QueryControl, ref query) < 0 || query.Id <= last)
                break;
            last = query.Id;
            bool usable =
                (query.Flags & (ControlQuery.DisabledBit | ControlQuery.ReadOnlyBit)) == 0 && Enum.IsDefined((VideoControlKind)query.Type);
            if (usable)
                controls.Add(Describe(device, ref query));
        }

        return controls;
    }

    private static unsafe VideoControl Describe(VideoDevice device, ref ControlQuery query)
    {
        string name;
        fixed (byte* text = query.Name)
            name = KernelText.Read(new ReadOnlySpan<byte>(text, 32));
        int? value = null;
        var present = new ControlValue { Id = query.Id };
        var kind = (VideoControlKind)query.Type;
        bool readable = kind != VideoControlKind.Button && (query.Flags & ControlQuery.WriteOnlyBit) == 0;
        if (readable && device.Control(VideoRequest.GetControl, ref present) >= 0)
            value = present.Value;
        return new VideoControl(
            query.Id,
            VideoControl.NameOf(name),
            kind,
            query.Minimum,
            query.Maximum,
            query.Step,
            query.Default,
            value,
            (query.Flags & ControlQuery.InactiveBit) != 0,
            kind is VideoControlKind.Menu or VideoControlKind.NumberMenu
                ? Choices(device, query.Id, kind, query.Minimum, query.Maximum)
                : new Dictionary<int, string>()
        );
    }

    private static unsafe Dictionary<int, string> Choices(VideoDevice device, uint id, VideoControlKind kind, int minimum, int maximum)
    {
        var choices = new Dictionary<int, string>();
        for (int i = Math.Max(0, minimum); i <= maximum && i < minimum + MaxChoices; i++)
        {
            var query = new MenuQuery { Id = id, Index = (uint)i };
            if (device.Control(VideoRequest.QueryMenu, ref query) < 0)
                continue;
            var bytes = new ReadOnlySpan<byte>(query.Name, 32);
            choices[i] =
                kind == VideoControlKind.Menu ? KernelText.Read(bytes) : BitConverter.ToInt64(bytes).ToString(CultureInfo.InvariantCulture);
        }

        return choices;
    }
}
