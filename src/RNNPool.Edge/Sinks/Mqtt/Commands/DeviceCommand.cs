using System.Globalization;
using System.Text;
using RNNPool.Edge.Pipeline.Control;

namespace RNNPool.Edge.Sinks.Mqtt.Commands;

/// <summary>Kinds of commands.</summary>
internal enum CommandKind
{
    /// <summary>Switches detection; the payload is <c>ON</c> or <c>OFF</c>.</summary>
    Detection,

    /// <summary>Sets the enter threshold; the payload is a probability or <c>default</c>.</summary>
    Threshold,

    /// <summary>Publishes a picture; the payload is empty or <c>PRESS</c>.</summary>
    Snapshot,

    /// <summary>Restarts the device; the payload is <c>PRESS</c>.</summary>
    Restart,
}

/// <summary>A valid command.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="On">For detection: the new state.</param>
/// <param name="Threshold">For the threshold: the new value; null for the configured one.</param>
internal readonly record struct DeviceCommand(CommandKind Kind, bool On = false, float? Threshold = null)
{
    /// <summary>Longest payload in bytes; valid ones are far shorter.</summary>
    public const int MaxBytes = 64;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The last part of a command's topic.</summary>
    public static string NameOf(CommandKind kind) =>
        kind switch
        {
            CommandKind.Detection => "detection",
            CommandKind.Threshold => "threshold",
            CommandKind.Snapshot => "snapshot",
            _ => "restart",
        };

    /// <summary>Finds the command by the last part of a topic.</summary>
    public static bool TryFind(string name, out CommandKind kind)
    {
        foreach (CommandKind known in Enum.GetValues<CommandKind>())
        {
            kind = known;
            if (name == NameOf(known))
                return true;
        }

        kind = default;
        return false;
    }

    /// <summary>Parses an untrusted payload.</summary>
    /// <param name="kind">Kind of the command.</param>
    /// <param name="payload">The payload.</param>
    /// <param name="command">The command.</param>
    /// <returns>Why the payload is invalid, as the end of a sentence; null if it is valid.</returns>
    public static string? Read(CommandKind kind, ReadOnlySpan<byte> payload, out DeviceCommand command)
    {
        command = new DeviceCommand(kind);
        if (payload.Length > MaxBytes)
            return $"it is {payload.Length} bytes long; the longest allowed is {MaxBytes}";
        string text;
        try
        {
            text = Strict.GetString(payload).Trim();
        }
        catch (DecoderFallbackException)
        {
            return "it is not UTF-8 text";
        }

        switch (kind)
        {
            case CommandKind.Detection:
                command = command with { On = Is(text, "ON") };
                return command.On || Is(text, "OFF") ? null : "it must be ON or OFF";
            case CommandKind.Threshold when Is(text, "default"):
                return null;
            case CommandKind.Threshold:
                bool read = float.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out float value);
                command = command with { Threshold = value };
                return read && value is >= DeviceControls.MinThreshold and <= DeviceControls.MaxThreshold
                    ? null
                    : FormattableString.Invariant(
                        $"it must be a number from {DeviceControls.MinThreshold} to {DeviceControls.MaxThreshold}, or default"
                    );
            case CommandKind.Snapshot:
                return text.Length == 0 || Is(text, "PRESS") ? null : "it must be PRESS, or empty";
            default:
                return Is(text, "PRESS") ? null : "it must be PRESS";
        }
    }

    private static bool Is(string text, string word) => text.Equals(word, StringComparison.OrdinalIgnoreCase);
}
