using Microsoft.Extensions.Options;

namespace RNNPool.Edge.Pipeline.Control;

/// <summary>Times of the week in which the device is quiet. Section <c>QuietHours</c>.</summary>
public sealed class QuietHoursOptions
{
    /// <summary>Name of the section in the configuration.</summary>
    public const string SectionName = "QuietHours";

    private const string Days = "(?:mon|tue|wed|thu|fri|sat|sun)";

    private const string Clock = "(?:[01][0-9]|2[0-3]):[0-5][0-9]";

#pragma warning disable CS1591 // [Setting] describes each property.
    [Setting(
        "Periods by the local time of the device, such as `mon-fri 22:00-06:30` or `23:00-07:00` for every day. A period that "
            + "passes midnight belongs to the day on which it begins; equal times mean the whole day."
    )]
    [SettingCount(16)]
    [SettingPattern(
        $"^(?:{Days}(?:-{Days})?(?:,{Days}(?:-{Days})?)* )?{Clock}-{Clock}$",
        "days and times, such as mon-fri,sun 22:00-06:30, or times alone"
    )]
    public string[] Times { get; set; } = [];

    [Setting("Whether notifications are paused in these periods.")]
    public bool Notifications { get; set; } = true;

    [Setting("Whether detection is paused in these periods.")]
    public bool Detection { get; set; }
}

internal sealed class QuietHoursOptionsValidator : IValidateOptions<QuietHoursOptions>
{
    public ValidateOptionsResult Validate(string? name, QuietHoursOptions options) =>
        new SettingRules(QuietHoursOptions.SectionName).Attributes(options).Result();
}
