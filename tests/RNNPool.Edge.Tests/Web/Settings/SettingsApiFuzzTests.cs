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

    private static readonly HashSet<string> Sections = [.. DeviceHost.Settings.Schema.Keys.Keys.Select(key => key.Split(':')[0])];

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

            // A body with every key would be longer than is read.
            foreach (string[] some in keys.Chunk(64))
            {
                await RefuseAsync(page, some, value);
                await File.WriteAllTextAsync(_file, before, TestContext.Current.CancellationToken);
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

    /// <summary>
    /// Sends the keys with a value. A request names the settings that it refuses; the rest is sent again until it is accepted, or key by
    /// key when a name is that of another setting.
    /// </summary>
    private static async Task RefuseAsync(Browser page, string[] keys, string value)
    {
        while (keys.Length > 0)
        {
            string[] refused = [.. await RefusedAsync(page, keys, value)];
            string[] rest = [.. keys.Except(refused)];
            if (refused.Length == 0)
                return;
            if (rest.Length == keys.Length)
            {
                Assert.All(refused, name => Assert.True(name.Length == 0 || Sections.Contains(name.Split(':')[0]), name));
                if (keys.Length == 1)
                    return;
                foreach (string key in keys)
                    await RefuseAsync(page, [key], value);
                return;
            }

            keys = rest;
        }
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
