using System.Globalization;

namespace RNNPool.Edge.Hardware.Gpio;

/// <summary>Address of a line in the settings. The chips of the machine decide which line it is.</summary>
/// <param name="Chip">Label of the chip, <c>J8</c> or a board; null when only the line is given.</param>
/// <param name="Line">Number or name of the line.</param>
public readonly record struct PinAddress(string? Chip, string Line)
{
    /// <summary>The rules for an address as a regular expression.</summary>
    public const string Pattern =
        @"^\s*(?:" + Letter + @"{1,31}:)?(?:0{0,20}(?:[0-9]{1,3}|10[01][0-9]|102[0-3])|(?![0-9]+\s*$)" + LineLetter + @"{1,31})\s*$";

    /// <summary>What is allowed, to complete "it must be ...".</summary>
    public const string Allowed = "a line, such as 17, J8:11, GPIO17 or pinctrl-rp1:17";

    private const string Letter = @"[^\s\u0000-\u001F\u007F-\u009F]";
    private const string LineLetter = @"[^\s:\u0000-\u001F\u007F-\u009F]";

    // The kernel's names and labels have up to 31 bytes.
    private const int MaxName = 31;
    private const int MaxOffset = 1023;

    /// <summary>Number of the line; null when it is a name.</summary>
    public int? Offset => int.TryParse(Line, NumberStyles.None, CultureInfo.InvariantCulture, out int offset) ? offset : null;

    /// <summary>Parses an address. The last colon separates chip and line, because labels may contain colons.</summary>
    public static bool TryParse(string? text, out PinAddress address)
    {
        address = default;
        if (text is null)
            return false;
        string trimmed = text.Trim();
        int colon = trimmed.LastIndexOf(':');
        string? chip = colon < 0 ? null : trimmed[..colon];
        string line = trimmed[(colon + 1)..];
        if (!IsName(line) || (chip is not null && !IsName(chip)))
            return false;
        address = new PinAddress(chip, line);
        return address.Offset is { } offset ? offset <= MaxOffset : !line.All(char.IsAsciiDigit);
    }

    private static bool IsName(string text) =>
        text.Length is >= 1 and <= MaxName && !text.Any(c => char.IsControl(c) || char.IsWhiteSpace(c));
}
