using System.Globalization;

namespace RNNPool.Edge.Vision.Cameras.V4l2;

/// <summary>The kind of a control's value; the numbers are the kernel's (v4l2_ctrl_type).</summary>
internal enum VideoControlKind
{
    /// <summary>A whole number.</summary>
    Number = 1,

    /// <summary>0 or 1.</summary>
    Switch = 2,

    /// <summary>The number of a choice that has a name.</summary>
    Menu = 3,

    /// <summary>No value: setting it starts an action.</summary>
    Button = 4,

    /// <summary>A set of bits.</summary>
    Bits = 8,

    /// <summary>The number of a choice that is a number itself.</summary>
    NumberMenu = 9,
}

/// <summary>One control of a device.</summary>
/// <param name="Id">The kernel's number for it.</param>
/// <param name="Name">Its name in lower case with underscores, such as <c>exposure_time_absolute</c>.</param>
/// <param name="Kind">The kind of its value.</param>
/// <param name="Minimum">Least value.</param>
/// <param name="Maximum">Greatest value.</param>
/// <param name="Step">Distance between values.</param>
/// <param name="Default">The driver's own value.</param>
/// <param name="Value">The present value; null when it cannot be read.</param>
/// <param name="Inactive">Whether another control overrides it now, as automatic exposure does.</param>
/// <param name="Choices">A menu's choices by number.</param>
internal sealed record VideoControl(
    uint Id,
    string Name,
    VideoControlKind Kind,
    int Minimum,
    int Maximum,
    int Step,
    int Default,
    int? Value,
    bool Inactive,
    IReadOnlyDictionary<int, string> Choices
)
{
    /// <summary>A driver's name for a control as a name in a configuration: "Exposure Time, Absolute" is exposure_time_absolute.</summary>
    public static string NameOf(string name)
    {
        var text = new System.Text.StringBuilder();
        foreach (char c in name)
        {
            if (char.IsAsciiLetterOrDigit(c))
                text.Append(char.ToLowerInvariant(c));
            else if (text.Length > 0 && text[^1] != '_')
                text.Append('_');
        }

        return text.ToString().TrimEnd('_');
    }

    /// <summary>
    /// The control that a name identifies: the one of exactly that name, or the only one that begins with it or contains it.
    /// </summary>
    /// <exception cref="CameraException">There is none, or more than one.</exception>
    public static VideoControl Find(IReadOnlyList<VideoControl> controls, string name, string camera)
    {
        string wanted = NameOf(name);
        if (controls.FirstOrDefault(control => control.Name == wanted) is { } exact)
            return exact;
        VideoControl[] near = [.. controls.Where(control => control.Name.StartsWith(wanted, StringComparison.Ordinal))];
        if (near.Length == 0)
            near = [.. controls.Where(control => control.Name.Contains(wanted, StringComparison.Ordinal))];
        if (near.Length == 1)
            return near[0];
        string what =
            near.Length == 0
                ? $"has no control {name}; it has {Names(controls)}"
                : $"has several controls that {name} may mean: {Names(near)}";
        throw new CameraException($"{camera}: the camera {what}.")
        {
            Fix = "Correct the key under Camera:Controls; 'rnnpool-edge cameras' lists every control.",
        };
    }

    /// <summary>Reads a value: a number, true or false, or the name of a choice.</summary>
    /// <exception cref="CameraException">It is none of these, or out of range.</exception>
    public int Parse(string text, string camera)
    {
        if (Kind is VideoControlKind.Switch or VideoControlKind.Number && bool.TryParse(text, out bool flag))
            return flag ? 1 : 0;
        foreach ((int number, string choice) in Choices)
        {
            if (string.Equals(NameOf(choice), NameOf(text), StringComparison.Ordinal))
                return number;
        }

        if (
            int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value)
            && value >= Minimum
            && value <= Maximum
            && (Choices.Count == 0 || Choices.ContainsKey(value))
        )
            return value;
        string allowed = Kind switch
        {
            VideoControlKind.Switch => "true or false",
            VideoControlKind.Menu or VideoControlKind.NumberMenu => string.Join(
                " or ",
                Choices.Select(choice => FormattableString.Invariant($"{choice.Key} ({choice.Value})"))
            ),
            _ => FormattableString.Invariant($"a whole number from {Minimum} to {Maximum}"),
        };
        throw new CameraException($"{camera}: Camera:Controls:{Name} is '{text}'; it must be {allowed}.");
    }

    private static string Names(IEnumerable<VideoControl> controls) =>
        string.Join(", ", controls.Select(control => control.Name)) is { Length: > 0 } names ? names : "none at all";
}
