namespace RNNPool.Edge.Hardware.Gpio;

/// <summary>Finds the chip and the line of an address on this machine.</summary>
public sealed class PinLocator(IGpioChips backend)
{
    private const string HeaderName = "J8";

    /// <summary>Description of a line in messages.</summary>
    public static string Describe(GpioChip chip, int offset, string name) =>
        $"{(name.Length > 0 ? name : Boards.IsHeader(chip) ? $"GPIO{offset}" : $"line {offset}")} of {chip.Label}";

    /// <summary>Finds the chip and the line of an address on this machine.</summary>
    /// <exception cref="GpioException">The line does not exist.</exception>
    public (GpioChip Chip, int Offset) Find(string key, string text)
    {
        if (!PinAddress.TryParse(text, out PinAddress address))
            throw new GpioException($"{key} is '{text}'; it must be a line, such as 17, J8:11, GPIO17 or pinctrl-rp1:17.");
        IReadOnlyList<GpioChip> chips = backend.List();
        switch (address)
        {
            case (null, _) when address.Offset is { } offset:
                return Bounded(key, text, Header(key, text, chips), offset);
            case (null, var name):
                return ByName(key, text, chips, name);
            case (HeaderName, _):
                int line =
                    address.Offset is { } position && Boards.LineAt(position) is { } at
                        ? at
                        : throw new GpioException(
                            $"{key} is '{text}'; the header has the positions J8:1 to J8:40, and this one is not a GPIO line."
                        );
                return (Header(key, text, chips), line);
            default:
                return OnChip(key, text, chips, address);
        }
    }

    private (GpioChip Chip, int Offset) OnChip(string key, string text, IReadOnlyList<GpioChip> chips, PinAddress address)
    {
        string label = Boards.HeaderLabel(address.Chip!) ?? address.Chip!;
        if (label.StartsWith("/dev/", StringComparison.Ordinal))
            label = label["/dev/".Length..];
        List<GpioChip> found = [.. chips.Where(chip => chip.Label == label)];
        if (found.Count == 0)
            found = [.. chips.Where(chip => chip.Name == label)];
        if (found.Count == 0)
        {
            string board = Boards.HeaderLabel(address.Chip!) is null ? "" : $", which is on {label}";
            throw new GpioException($"{key} is '{text}'{board}, but this machine has no such chip; its chips are {List(chips)}.");
        }

        if (address.Offset is not { } offset)
            return ByName(key, text, found, address.Line);
        return found.Count == 1
            ? Bounded(key, text, found[0], offset)
            : throw new GpioException($"{key} is '{text}', but several chips have that label: {List(found)}; use the name of a chip.");
    }

    private (GpioChip Chip, int Offset) ByName(string key, string text, IReadOnlyList<GpioChip> chips, string name)
    {
        var found = new List<(GpioChip Chip, int Offset)>();
        foreach (GpioChip chip in chips)
        {
            for (int offset = 0; offset < chip.Lines; offset++)
            {
                if (backend.Line(chip, offset).Name == name)
                    found.Add((chip, offset));
            }
        }

        if (found.Count == 1)
            return found[0];
        if (found.Count > 1)
        {
            string candidates = string.Join(", ", found.Select(line => $"{line.Chip.Label}:{line.Offset}"));
            throw new GpioException($"{key} is '{text}', but several lines have that name: {candidates}; use one of these.");
        }

        // Older kernels of a Raspberry Pi leave the header's lines without names.
        const string Prefix = "GPIO";
        if (
            name.StartsWith(Prefix, StringComparison.Ordinal)
            && PinAddress.TryParse(name[Prefix.Length..], out PinAddress number)
            && number.Offset is { } line
            && chips.Any(Boards.IsHeader)
        )
        {
            return Bounded(key, text, chips.First(Boards.IsHeader), line);
        }

        throw new GpioException($"{key} is '{text}', but no line has that name; 'gpioinfo' lists the lines of {List(chips)}.");
    }

    private static GpioChip Header(string key, string text, IReadOnlyList<GpioChip> chips)
    {
        foreach (GpioChip chip in chips)
        {
            if (Boards.IsHeader(chip))
                return chip;
        }

        throw new GpioException(
            $"{key} is '{text}', a line of a Raspberry Pi's header, but this machine has no known header; "
                + $"name the chip too, as in {chips[0].Label}:17; its chips are {List(chips)}."
        );
    }

    private static (GpioChip Chip, int Offset) Bounded(string key, string text, GpioChip chip, int offset) =>
        offset < chip.Lines
            ? (chip, offset)
            : throw new GpioException($"{key} is '{text}', but {chip.Label} has only {chip.Lines} lines, from 0.");

    private static string List(IEnumerable<GpioChip> chips) =>
        string.Join(", ", chips.Select(chip => $"{chip.Label} ({chip.Name}, {chip.Lines} lines)"));
}
