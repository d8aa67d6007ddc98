using System.Net;
using System.Text;
using System.Text.Json;
using RNNPool.Edge.Host;
using RNNPool.Edge.Tests.Settings;
using RNNPool.Edge.Tests.Support;

namespace RNNPool.Edge.Tests.Web.Settings;

/// <summary>
/// Every setting over HTTP with wrong values: the answer is a change or a problem that names the setting, and the device works on.
/// </summary>
public sealed class SettingsApiFuzzTests : IDisposable
{
    private static readonly string[] Values =
    [
        .. WrongValues.Json,
        "\"x\"",
        "-1",
        "2147483648",
        "\"99999.00:00:00\"",
        "\"\\u0000\"",
        $"\"{new string('y', 5000)}\"",
        "[\"x\"]",
    ];

    private readonly string _file = Path.GetTempFileName();

    public SettingsApiFuzzTests() => File.WriteAllText(_file, """{ "Camera": { "Source": "synthetic:" } }""");

    public void Dispose() => File.Delete(_file);

    [Fact]
    public async Task Wrong_values_of_every_key_are_problems()
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync(_file);
        using var page = new Browser(device);
        await page.SessionAsync();
        string before = await File.ReadAllTextAsync(_file, TestContext.Current.CancellationToken);
        foreach (string value in Values)
        {
            string[] keys = [.. DeviceHost.Settings.Schema.Keys.Keys.Select(WrongValues.Key)];

            // A request names every setting that it refuses; the rest is sent again until it is accepted. A body with every key would be
            // longer than is read.
            foreach (string[] some in keys.Chunk(64))
            {
                string[] left = some;
                while (left.Length > 0)
                {
                    string[] refused = [.. await RefusedAsync(page, left, value)];
                    if (refused.Length == 0)
                    {
                        await File.WriteAllTextAsync(_file, before, TestContext.Current.CancellationToken);
                        break;
                    }

                    string[] rest = [.. left.Except(refused)];
                    Assert.True(rest.Length < left.Length, $"None of {string.Join(' ', left)} is named by: {string.Join(' ', refused)}");
                    left = rest;
                }
            }
        }

        await device.FrameAsync();
        Assert.Equal(HttpStatusCode.OK, (await page.GetAsync("/health")).Status);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("7")]
    [InlineData("{\"Camera:Rate\":}")]
    [InlineData("{\"\":1}")]
    [InlineData("{\":\":1}")]
    [InlineData("{\"::\":1}")]
    [InlineData("{\"Camera\":{\"Rate\":1}}")]
    [InlineData("{\"Camera:Rate:0\":1}")]
    [InlineData("{\"Gpio:Outputs:x:Pin\":\"1\"}")]
    [InlineData("{\"Gpio:Outputs:-1:Pin\":\"1\"}")]
    [InlineData("{\"Gpio:Outputs:99999999999:Pin\":\"1\"}")]
    [InlineData("{\"\\u0000\":1}")]
    [InlineData("{\"constructor\":1}")]
    public async Task A_body_that_makes_no_sense_is_a_problem(string body)
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync(_file);
        using var page = new Browser(device);
        await page.SessionAsync();
        string before = await File.ReadAllTextAsync(_file, TestContext.Current.CancellationToken);

        (HttpStatusCode status, JsonElement answer) = await SendAsync(page, body);

        Assert.InRange((int)status, 400, 499);
        Assert.Equal((int)status, answer.GetProperty("status").GetInt32());
        Assert.Equal(before, await File.ReadAllTextAsync(_file, TestContext.Current.CancellationToken));
    }

    /// <returns>The names under which settings were refused; none when the change was accepted.</returns>
    private static async Task<IEnumerable<string>> RefusedAsync(Browser page, IReadOnlyList<string> keys, string value)
    {
        (HttpStatusCode status, JsonElement answer) = await SendAsync(
            page,
            $"{{{string.Join(',', keys.Select(key => $"\"{key}\":{value}"))}}}"
        );
        if (status == HttpStatusCode.OK)
            return [];
        Assert.True(
            (int)status is >= 400 and <= 499,
            $"{status}: {string.Join(' ', keys.Take(3))} = {value[..Math.Min(value.Length, 60)]}"
        );
        Assert.Equal((int)status, answer.GetProperty("status").GetInt32());
        Assert.NotEmpty(answer.GetProperty("detail").GetString()!);
        return answer.TryGetProperty("errors", out JsonElement errors) ? errors.EnumerateObject().Select(error => error.Name) : [""];
    }

    private static async Task<(HttpStatusCode Status, JsonElement Answer)> SendAsync(Browser page, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        return await page.SendAsync(HttpMethod.Patch, "/api/settings", content);
    }
}
