using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using RNNPool.Edge.Settings;

namespace RNNPool.Edge.Web.Settings;

/// <summary>An output pin; docs/gpio.md describes its parts. What is absent has its default.</summary>
/// <param name="Pin">The line, such as 17.</param>
/// <param name="Source">State that the pin shows, such as <c>occupancy</c>.</param>
/// <param name="Pattern"><c>Level</c>, <c>Pulse</c> or <c>Blink</c>.</param>
/// <param name="Duration">Length of a pulse, a duration.</param>
/// <param name="Period">Period of a blinking pin, a duration.</param>
/// <param name="ActiveLow">Whether the pin is low when it is on.</param>
/// <param name="Drive">How the line is driven.</param>
/// <param name="Bias">Resistor of the line.</param>
/// <param name="Camera">Camera whose presences count.</param>
internal sealed record OutputPinReport(
    string Pin,
    string? Source = null,
    string? Pattern = null,
    string? Duration = null,
    string? Period = null,
    bool? ActiveLow = null,
    string? Drive = null,
    string? Bias = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Camera = null
);

/// <summary>An input pin; docs/gpio.md describes its parts. What is absent has its default.</summary>
/// <param name="Pin">The line, such as 17.</param>
/// <param name="Function"><c>Privacy</c> or <c>Arming</c>.</param>
/// <param name="ActiveLow">Whether the pin is active when it is low.</param>
/// <param name="Pull">Resistor of the line.</param>
/// <param name="Debounce">How long a new level must last, a duration.</param>
internal sealed record InputPinReport(
    string Pin,
    string? Function = null,
    bool? ActiveLow = null,
    string? Pull = null,
    string? Debounce = null
);

/// <summary>The pins.</summary>
/// <param name="Outputs">Output pins.</param>
/// <param name="Inputs">Input pins.</param>
internal sealed record PinsReport(IReadOnlyList<OutputPinReport> Outputs, IReadOnlyList<InputPinReport> Inputs);

/// <summary>Converts pins between the settings and the page.</summary>
internal static partial class PinSettings
{
    /// <summary>Keys of the settings.</summary>
    public const string OutputsKey = "Gpio:Outputs",
        InputsKey = "Gpio:Inputs";

    /// <summary>Reads the pins from the settings; what is not set is null.</summary>
    public static PinsReport Read(DeviceSettings settings)
    {
        IConfigurationRoot configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Values.ToDictionary(pair => pair.Key, pair => pair.Value.Value))
            .Build();
        return new PinsReport(
            [
                .. configuration
                    .GetSection(OutputsKey)
                    .GetChildren()
                    .Select(pin => new OutputPinReport(
                        pin["Pin"] ?? "",
                        pin["Source"],
                        pin["Pattern"],
                        pin["Duration"],
                        pin["Period"],
                        Flag(pin["ActiveLow"]),
                        pin["Drive"],
                        pin["Bias"],
                        pin["Camera"]
                    )),
            ],
            [
                .. configuration
                    .GetSection(InputsKey)
                    .GetChildren()
                    .Select(pin => new InputPinReport(
                        pin["Pin"] ?? "",
                        pin["Function"],
                        Flag(pin["ActiveLow"]),
                        pin["Pull"],
                        pin["Debounce"]
                    )),
            ]
        );
    }

    /// <summary>The changes that replace the pins.</summary>
    public static IReadOnlyList<SettingChange> Write(PinsReport pins) =>
        [
            new(OutputsKey, Json(pins.Outputs, PinJson.Default.IReadOnlyListOutputPinReport)),
            new(InputsKey, Json(pins.Inputs, PinJson.Default.IReadOnlyListInputPinReport)),
        ];

    /// <summary>Translates the key of a setting into a field of the body.</summary>
    public static string Field(string key)
    {
        Match match = PinKey().Match(key);
        if (!match.Success)
            return key;
        string list = match.Groups[1].Value.ToLowerInvariant();
        return $"{list}[{match.Groups[2].Value}].{JsonNamingPolicy.CamelCase.ConvertName(match.Groups[3].Value)}";
    }

    private static bool? Flag(string? text) => bool.TryParse(text, out bool value) ? value : null;

    private static string? Json<T>(IReadOnlyList<T> pins, System.Text.Json.Serialization.Metadata.JsonTypeInfo<IReadOnlyList<T>> type) =>
        pins.Count == 0 ? null : JsonSerializer.Serialize(pins, type).ReplaceLineEndings("\n    ");

    [GeneratedRegex("^Gpio:(Outputs|Inputs):([0-9]+):([A-Za-z]+)")]
    private static partial Regex PinKey();
}

/// <summary>The JSON of pins in the configuration file.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(IReadOnlyList<OutputPinReport>))]
[JsonSerializable(typeof(IReadOnlyList<InputPinReport>))]
internal sealed partial class PinJson : JsonSerializerContext;
