namespace RNNPool.Edge.Hardware.Gpio;

/// <summary>The GPIO chip of each board's header. Chips are identified by label because their numbers change between kernels.</summary>
internal static class Boards
{
    // The label is the driver's name of the pin controller, from the device trees of Linux and of Raspberry Pi's kernel.
    private static readonly (string Name, string Label)[] Known =
    [
        ("pi3", "pinctrl-bcm2835"),
        ("pi4", "pinctrl-bcm2711"),
        ("pi5", "pinctrl-rp1"),
    ];

    // Positions 1 to 40 of the header that every Raspberry Pi since the B+ has, as the numbers of lines; -1 is power, ground or the board's
    // EEPROM.
    private static readonly sbyte[] Header =
    [
        -1,
        -1,
        2,
        -1,
        3,
        -1,
        4,
        14,
        -1,
        15,
        17,
        18,
        27,
        -1,
        22,
        23,
        -1,
        24,
        10,
        -1,
        9,
        25,
        11,
        8,
        -1,
        7,
        -1,
        -1,
        5,
        -1,
        6,
        12,
        13,
        -1,
        19,
        16,
        26,
        20,
        -1,
        21,
    ];

    /// <summary>Names of boards in pin addresses.</summary>
    public static IEnumerable<string> Names => Known.Select(board => board.Name);

    /// <summary>Label of the chip of a board's header; null for an unknown board.</summary>
    public static string? HeaderLabel(string board) =>
        Known.Where(known => known.Name == board).Select(known => known.Label).FirstOrDefault();

    /// <summary>Whether a chip drives the header of a Raspberry Pi.</summary>
    public static bool IsHeader(GpioChip chip) => Known.Any(known => known.Label == chip.Label);

    /// <summary>Number of the line at a position of the header; null for power, ground and invalid positions.</summary>
    public static int? LineAt(int position) =>
        position >= 1 && position <= Header.Length && Header[position - 1] >= 0 ? Header[position - 1] : null;
}
