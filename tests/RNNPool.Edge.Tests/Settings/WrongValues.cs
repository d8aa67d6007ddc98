using RNNPool.Edge.Core;
using RNNPool.Edge.Host;
using RNNPool.Edge.Settings;

namespace RNNPool.Edge.Tests.Settings;

/// <summary>Invalid values for settings, and the assertion that they are refused without another failure.</summary>
internal static class WrongValues
{
    public static readonly string?[] Texts =
    [
        null,
        "",
        " ",
        "x",
        "true",
        "-1",
        "0",
        "1",
        "1e400",
        "NaN",
        "99999999999999999999999",
        "0x10",
        "2147483648",
        "5",
        "10675199.02:48:05.4775808",
        "99999.00:00:00",
        "-00:00:01",
        "Verbose",
        "\u0000",
        "a:b",
        new string('y', 5000),
    ];

    public static readonly string[] Json =
    [
        "{}",
        "[]",
        "[[]]",
        "[null]",
        "[{}]",
        "{\"x\":1}",
        "{\"0\":null}",
        "1e400",
        "-0",
        "true",
        "null",
    ];

    /// <summary>A key that fits a pattern of the schema.</summary>
    public static string Key(string pattern) =>
        pattern.Replace("*", "0", StringComparison.Ordinal).Replace("<name>", "name", StringComparison.Ordinal);

    /// <summary>Asserts that settings are accepted, or refused as a failure of validation.</summary>
    public static void AssertFailsCleanly(SettingSources sources) => Refusal(sources);

    /// <summary>Loads settings.</summary>
    /// <returns>Why they are refused; null when they are not.</returns>
    public static string? Refusal(SettingSources sources)
    {
        try
        {
            var composer = new DeviceComposer();
            composer.Validate(composer.Settings.Load(sources));
            return null;
        }
        catch (CommandException exception)
        {
            Assert.Equal(ExitCode.Configuration, exception.ExitCode);
            return exception.Message;
        }
        catch (Exception exception)
        {
            string[] failures = SettingFailures.Read(exception);
            if (failures.Length == 0)
                throw;
            return string.Join(' ', failures);
        }
    }
}
