using System.Net;
using System.Text;
using RNNPool.Edge.Testing;
using RNNPool.Edge.Tests.Support;

namespace RNNPool.Edge.Tests.Web.OpenApi;

/// <summary>Calls every operation with valid and with mutated input, and validates the answers against the document.</summary>
public sealed class ContractTests
{
    /// <summary>Valid input by operation; operations without an entry take none.</summary>
    private static readonly Dictionary<string, string> Valid = new()
    {
        ["POST /api/session"] = """{"password":"correct horse battery"}""",
        ["POST /api/tokens"] = """{"name":"script"}""",
        ["PATCH /api/settings"] = """{"Presence:EnterThreshold":0.6}""",
        ["PUT /api/zones"] = """{"zones":[{"name":"porch","points":[[0.1,0.5],[0.9,0.5],[0.9,1]]}],"motionMasks":[]}""",
        ["PUT /api/pins"] = """{"outputs":[{"pin":"17","source":"occupancy","activeLow":true}],"inputs":[{"pin":"27"}]}""",
        ["POST /api/cameras/control"] = """{"source":"v4l2:/dev/no-such","name":"brightness","value":"1"}""",
        ["POST /api/parts/{name}"] = """{"value":1}""",
        ["POST /api/control"] = """{"detection":true,"threshold":0.7}""",
        ["POST /api/test/camera"] = """{"source":"synthetic:?width=64&height=48"}""",
        ["POST /api/test/pin"] = """{"pin":"17"}""",
        ["POST /api/test/broker"] = """{"host":"no such host"}""",
        ["POST /api/test/notify"] = "{}",
        ["POST /api/picture-addresses"] = """{"path":"/api/live.mjpg","days":30}""",
        ["PUT /api/password"] = """{"password":"correct horse battery"}""",
    };

    private static readonly Dictionary<string, string> ValidQuery = new()
    {
        ["GET /api/events"] = "?limit=5&since=2026-11-23T10:44:26Z&label=face",
        ["GET /api/log"] = "?lines=5",
        ["GET /api/cameras/preview.jpg"] = "?source=images:/nonexistent",
        ["GET /api/stream"] = "?log=1&camera=fake",
        ["GET /api/live.mjpg"] = "?width=320&fps=2&boxes=1",
        ["GET /api/live.jpg"] = "?width=320&camera=fake",
        ["GET /api/zones"] = "?camera=fake",
        ["POST /api/models"] = "?name=faces",
    };

    private static readonly string[] Queries =
    [
        "?limit=0",
        "?limit=x",
        "?limit=99999999999999999999",
        "?since=yesterday",
        "?label=",
        "?unknown=1",
        "?lines=-1",
        "?lines=1e3",
        "?log=2",
        "?log=x",
        "?width=1",
        "?width=%00",
        "?fps=NaN",
        "?fps=1e9",
        "?boxes=yes",
        "?camera=nowhere",
        "?camera=",
        "?source=",
        "?source=%F0%9F%92%A5",
        "?name=..%2Fup",
        "?name=",
        "?lastEventId=%0A",
        "?limit=1&limit=2",
        "?signature=",
        "?signature=AAAA&expires=99999999999999999999",
    ];

    private static readonly string[] Bodies =
    [
        "",
        "null",
        "[]",
        "{}",
        "1",
        "\"x\"",
        "{",
        "{\"unknown\":1}",
        """{"password":1,"name":{},"source":[],"pin":false,"host":null,"zones":1,"detection":"on","threshold":9}""",
        """{"password":"x","current":[],"name":""}""",
        """{"zones":[null],"motionMasks":[null]}""",
        """{"zones":[{"name":"a","points":[[1e308,0],[1],[]]}],"motionMasks":[]}""",
        """{"Presence:EnterThreshold":"much","Camera:Source":{},"__proto__":1}""",
        """{"threshold":1e99}""",
        """{"port":99999999999,"host":"x"}""",
        """{"path":"/api/state","days":1}""",
        """{"path":"/api/live.jpg","days":0}""",
        """{"path":"/api/live.jpg"}""",
    ];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_operation_answers_as_documented()
    {
        using var folder = new TemporaryFolder();
        string file = folder.File("config.json", """{ "Camera": { "Source": "synthetic:" }, "Gpio": { "Simulated": true } }"""u8);
        await using DeviceFixture device = await DeviceFixture.StartAsync(file);
        using var page = new Browser(device);
        await page.SessionAsync();
        ApiContract contract = await ReadAsync(device);
        var differences = new List<string>();

        // The password comes last, because it ends all other access.
        foreach (ApiOperation operation in contract.Operations.OrderBy(operation => operation.Path == "/api/password"))
        {
            foreach (HttpRequestMessage request in Requests(operation))
            {
                string what = $"{operation} {request.RequestUri} {request.Content?.Headers.ContentType} {await ShownAsync(request)}";
                request.Headers.Add("X-CSRF-Token", page.Csrf);
                using HttpResponseMessage response = await SendAsync(device, request);
                if (await DifferenceAsync(contract, operation, response) is { } difference)
                    differences.Add($"{what}: {difference}");
            }
        }

        Assert.True(differences.Count == 0, string.Join("\n", differences));
    }

    [Fact]
    public async Task Callers_that_may_not_are_refused_as_documented()
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync();
        device.Service<RNNPool.Edge.Web.Access.AccessStore>().SetPassword("correct horse battery");
        ApiContract contract = await ReadAsync(device);
        var differences = new List<string>();
        foreach (ApiOperation operation in contract.Operations)
        {
            foreach (
                (string name, string value) in new[]
                {
                    ("Host", "attacker.example"),
                    ("X-Forwarded-For", "203.0.113.9"),
                    ("Authorization", "Bearer nothing"),
                    ("Authorization", "Basic dG9rZW46bm90aGluZw=="),
                    ("Origin", "http://attacker.example"),
                }
            )
            {
                using var request = new HttpRequestMessage(
                    new HttpMethod(operation.Method),
                    operation.Path.Replace("{id}", "none", StringComparison.Ordinal)
                );
                request.Headers.TryAddWithoutValidation(name, value);
                if (operation.TakesJson)
                    request.Content = new StringContent("{}", Encoding.UTF8, "application/json");
                using HttpResponseMessage response = await SendAsync(device, request);
                if (await DifferenceAsync(contract, operation, response) is { } difference)
                    differences.Add($"{operation} {name}: {difference}");
            }
        }

        Assert.True(differences.Count == 0, string.Join("\n", differences));
    }

    [Fact]
    public async Task HEAD_has_the_status_and_the_type_of_GET_and_no_body()
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync();
        await device.FrameAsync();
        ApiContract contract = await ReadAsync(device);
        foreach (
            ApiOperation operation in contract.Operations.Where(operation => operation.Method == "GET" && operation.Path != "/api/live.jpg")
        )
        {
            string path =
                operation.Path.Replace("{id}", "none", StringComparison.Ordinal) + ValidQuery.GetValueOrDefault(operation.ToString());
            using HttpResponseMessage head = await SendAsync(device, new HttpRequestMessage(HttpMethod.Head, path));
            using HttpResponseMessage get = await SendAsync(device, new HttpRequestMessage(HttpMethod.Get, path));
            Assert.Equal((operation, get.StatusCode), (operation, head.StatusCode));
            Assert.Equal(get.Content.Headers.ContentType?.MediaType, head.Content.Headers.ContentType?.MediaType);
            Assert.Empty(await head.Content.ReadAsByteArrayAsync(Cancellation));
        }
    }

    [Fact]
    public async Task A_wrong_method_is_refused_with_those_that_are_allowed()
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync();
        ApiContract contract = await ReadAsync(device);
        foreach (IGrouping<string, ApiOperation> path in contract.Operations.GroupBy(operation => operation.Path))
        {
            string[] allowed =
            [
                .. path.Select(operation => operation.Method).Concat(path.Any(operation => operation.Method == "GET") ? ["HEAD"] : []),
            ];
            string wrong = new[] { "PUT", "DELETE", "TRACE", "PATCH" }.First(method => !allowed.Contains(method));
            using HttpResponseMessage response = await SendAsync(
                device,
                new HttpRequestMessage(new HttpMethod(wrong), path.Key.Replace("{id}", "none", StringComparison.Ordinal))
            );
            Assert.Equal((path.Key, HttpStatusCode.MethodNotAllowed), (path.Key, response.StatusCode));
            Assert.Equal(allowed.Order(StringComparer.Ordinal), response.Content.Headers.Allow.Order(StringComparer.Ordinal));
            Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        }
    }

    private static async Task<ApiContract> ReadAsync(DeviceFixture device) =>
        new(await device.Client.GetStringAsync(new Uri("/openapi.json", UriKind.Relative), Cancellation));

    private static IEnumerable<HttpRequestMessage> Requests(ApiOperation operation)
    {
        string path = operation.Path.Replace("{id}", "none", StringComparison.Ordinal),
            query = ValidQuery.GetValueOrDefault(operation.ToString(), "");
        HttpRequestMessage Create(string suffix, HttpContent? content) =>
            new(new HttpMethod(operation.Method), path + suffix) { Content = content };

        // A valid picture needs a frame, which other tests provide.
        bool waits = operation.Path == "/api/live.jpg";
        if (!operation.TakesBody)
        {
            if (!waits)
                yield return Create(query, null);
            foreach (string wrong in Queries)
            {
                yield return Create(wrong, null);
            }

            if (operation.Path.Contains("{id}", StringComparison.Ordinal))
            {
                yield return new HttpRequestMessage(
                    new HttpMethod(operation.Method),
                    operation.Path.Replace("{id}", new string('x', 3000), StringComparison.Ordinal)
                );
            }

            yield break;
        }

        if (!operation.TakesJson)
        {
            foreach (byte[] bytes in new byte[][] { [], [1, 2, 3] })
            {
                foreach (string type in new[] { "application/octet-stream", "text/plain", "application/json" })
                    yield return Create(query, Binary(bytes, type));
            }

            yield return Create("?name=..%2F", Binary([1], "application/octet-stream"));
            yield break;
        }

        foreach (string body in Bodies)
            yield return Create("", new StringContent(body, Encoding.UTF8, "application/json"));
        yield return Create("", null);
        yield return Create("", new StringContent(Valid[operation.ToString()], Encoding.UTF8, "text/plain"));
        yield return Create("", new StringContent($$"""{"x":"{{new string('x', 100_000)}}"}""", Encoding.UTF8, "application/json"));
        yield return Create("", new StringContent(new string('[', 5000), Encoding.UTF8, "application/json"));
        yield return Create("", new StringContent(Valid[operation.ToString()], Encoding.UTF8, "application/json"));
    }

    private static ByteArrayContent Binary(byte[] bytes, string type)
    {
        var content = new ByteArrayContent(bytes);
        content.Headers.ContentType = new(type);
        return content;
    }

    private static Task<HttpResponseMessage> SendAsync(DeviceFixture device, HttpRequestMessage request) =>
        device.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);

    private static async Task<string> ShownAsync(HttpRequestMessage request)
    {
        string text = request.Content is null ? "" : await request.Content.ReadAsStringAsync(Cancellation);
        return text.Length <= 80 ? text : text[..80];
    }

    private static Task<string?> DifferenceAsync(ApiContract contract, ApiOperation operation, HttpResponseMessage response) =>
        contract.FindDifferenceAsync(operation, response, Cancellation);
}
