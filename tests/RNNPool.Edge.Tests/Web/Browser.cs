using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using RNNPool.Edge.Cli;
using RNNPool.Edge.Tests.Support;

namespace RNNPool.Edge.Tests.Web;

/// <summary>A client with cookies of its own that sends what the page would send.</summary>
internal sealed class Browser : IDisposable
{
    private readonly HttpClientHandler _handler = new()
    {
        UseCookies = false,
        ServerCertificateCustomValidationCallback = HttpClientHandler.DangerousAcceptAnyServerCertificateValidator,
    };
    private string? _cookie;

    public Browser(DeviceFixture device, Uri? address = null) =>
        Client = new HttpClient(_handler) { BaseAddress = address ?? device.Client.BaseAddress };

    public HttpClient Client { get; }

    /// <summary>What is sent with every change.</summary>
    public string? Csrf { get; set; }

    /// <summary>The cookie that it sends.</summary>
    public string? Cookie => _cookie;

    /// <summary>The last cookie as it was set.</summary>
    public string? SetCookie { get; private set; }

    public async Task<JsonElement> SessionAsync()
    {
        JsonElement session = (await GetAsync("/api/session")).Json;
        Csrf = session.GetProperty("csrfToken").GetString();
        return session;
    }

    public Task<(HttpStatusCode Status, JsonElement Json)> SignInAsync(string password) =>
        SendAsync(HttpMethod.Post, "/api/session", new { password });

    public Task<(HttpStatusCode Status, JsonElement Json)> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    public async Task<(HttpStatusCode Status, JsonElement Json)> SendAsync(HttpMethod method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
            request.Content = body as HttpContent ?? JsonContent.Create(body);
        if (Csrf is not null && method != HttpMethod.Get)
            request.Headers.Add("X-CSRF-Token", Csrf);
        if (_cookie is not null)
            request.Headers.Add("Cookie", _cookie);
        using HttpResponseMessage response = await Client.SendAsync(request, TestContext.Current.CancellationToken);
        if (response.Headers.TryGetValues("Set-Cookie", out IEnumerable<string>? cookies))
        {
            SetCookie = cookies.Single();
            _cookie = SetCookie.Split(';')[0];
        }

        string text = response.Content.Headers.ContentType?.MediaType is "application/json" or "application/problem+json"
            ? await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)
            : "";
        return (response.StatusCode, text.Length > 0 ? JsonDocument.Parse(text).RootElement : default);
    }

    /// <summary>Opens an answer that has no end.</summary>
    public Task<HttpResponseMessage> OpenAsync(string path)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (_cookie is not null)
            request.Headers.Add("Cookie", _cookie);
        return Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
    }

    public void Dispose()
    {
        Client.Dispose();
        _handler.Dispose();
    }
}
