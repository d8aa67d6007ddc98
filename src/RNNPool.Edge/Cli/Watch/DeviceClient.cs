using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Authentication;
using System.Text.Json;

namespace RNNPool.Edge.Cli.Watch;

/// <summary>Client of the HTTP interface of a device.</summary>
internal sealed class DeviceClient : IDisposable
{
    private const int MaxAnswer = 4 * 1024 * 1024,
        MaxSentence = 300;

    private static readonly TimeSpan ConnectTime = TimeSpan.FromSeconds(5),
        AnswerTime = TimeSpan.FromSeconds(10);

    private readonly HttpClient _http;
    private readonly TimeProvider _time;
    private readonly bool _token;

    /// <param name="address">Address of the device with the path before <c>api/</c> and a slash at the end.</param>
    /// <param name="token">An API token; null for none.</param>
    /// <param name="time">Clock of the time limits.</param>
    public DeviceClient(Uri address, string? token, TimeProvider time)
    {
        Address = address;
        _time = time;
        _token = token is not null;

        // A stream has no end, so the rest of a response is not drained.
        // Redirects are not followed and loopback requests bypass proxies, so that the token only reaches the device.
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            ConnectTimeout = ConnectTime,
            ResponseDrainTimeout = TimeSpan.Zero,
            UseCookies = false,
            UseProxy = !address.IsLoopback,
        };
        _http = new HttpClient(handler)
        {
            BaseAddress = address,
            Timeout = Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = MaxAnswer,
        };
        if (token is not null)
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    public Uri Address { get; }

    /// <summary>Opens the stream of events.</summary>
    /// <exception cref="DeviceException">The device cannot be reached, or refuses the request.</exception>
    public async Task<EventStreamReader> ListenAsync(CancellationToken cancellationToken)
    {
        HttpResponseMessage response = await SendAsync("api/stream", HttpCompletionOption.ResponseHeadersRead, cancellationToken)
            .ConfigureAwait(false);
        if (response.Content.Headers.ContentType?.MediaType == "text/event-stream")
            return new EventStreamReader(await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false));
        response.Dispose();
        throw NotADevice();
    }

    /// <summary>The state, as JSON on one line.</summary>
    /// <exception cref="DeviceException">The device cannot be reached, or refuses the request.</exception>
    public async Task<string> StateAsync(CancellationToken cancellationToken) =>
        await GetAsync("api/state", cancellationToken).ConfigureAwait(false);

    /// <summary>Past events, oldest first.</summary>
    /// <param name="limit">Most events, 1 to 1000.</param>
    /// <param name="since">Only events at or after this time.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="DeviceException">The device cannot be reached, or refuses the request.</exception>
    public async Task<IReadOnlyList<string>> EventsAsync(int limit, DateTime? since, CancellationToken cancellationToken)
    {
        string from = since is { } time ? $"&since={time.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)}" : "";
        string text = await GetAsync(string.Create(CultureInfo.InvariantCulture, $"api/events?limit={limit}{from}"), cancellationToken)
            .ConfigureAwait(false);
        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            return [.. document.RootElement.EnumerateArray().Select(element => element.GetRawText()).Reverse()];
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw NotADevice(exception);
        }
    }

    public void Dispose() => _http.Dispose();

    /// <summary>The error for an answer that is not from a device.</summary>
    public DeviceException NotADevice(Exception? cause = null) =>
        new(
            $"The server at {Address} is not an RNNPool.Edge device, or has another version.",
            "Check the address; rnnpool-edge version shows the version of this program.",
            permanent: true,
            cause
        );

    private async Task<string> GetAsync(string path, CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await SendAsync(path, HttpCompletionOption.ResponseContentRead, cancellationToken)
            .ConfigureAwait(false);
        if (response.Content.Headers.ContentType?.MediaType != "application/json")
            throw NotADevice();
        return await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task<HttpResponseMessage> SendAsync(string path, HttpCompletionOption completion, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(AnswerTime, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        HttpResponseMessage response;
        try
        {
            response = await _http.GetAsync(new Uri(path, UriKind.Relative), completion, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new DeviceException($"{Address} does not answer in time.", Unreachable, innerException: exception);
        }
        catch (HttpRequestException exception)
        {
            throw Describe(exception);
        }

        if (response.StatusCode == HttpStatusCode.OK)
            return response;
        using (response)
            throw await RefusedAsync(response, cancellationToken).ConfigureAwait(false);
    }

    private string Unreachable =>
        Address.IsLoopback
            ? "Does the device run? 'rnnpool-edge run' starts it, 'systemctl status rnnpool-edge' shows the installed service; "
                + "--url names another address."
            : "Does the device run, is the address right, and does it listen there? See Web:Listen in docs/configuration.md.";

    private DeviceException Describe(HttpRequestException exception) =>
        exception.HttpRequestError switch
        {
            HttpRequestError.NameResolutionError => new(
                $"There is no host {Address.Host}.",
                "Check the address.",
                innerException: exception
            ),
            HttpRequestError.ConnectionError => new(
                $"Nothing answers at {Address}: {Reason(exception)}",
                Unreachable,
                innerException: exception
            ),
            HttpRequestError.SecureConnectionError => exception.GetBaseException() is AuthenticationException authentication
            && authentication.Message.Contains("certificate", StringComparison.OrdinalIgnoreCase)
                ? new(
                    $"The certificate of {Address} is not trusted: {Reason(exception)}",
                    "Name a file with its authority's certificate in the environment variable SSL_CERT_FILE.",
                    permanent: true,
                    exception
                )
                : new(
                    $"There is no TLS at {Address}: {Reason(exception)}",
                    "Does the address begin with http: instead?",
                    innerException: exception
                ),
            HttpRequestError.ConfigurationLimitExceeded => NotADevice(exception),
            _ => new($"{Address} sent an invalid answer: {Reason(exception)}", Unreachable, innerException: exception),
        };

    private static string Reason(Exception exception) => $"{exception.GetBaseException().Message.TrimEnd('.')}.";

    private async Task<DeviceException> RefusedAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        const string MakeToken = "Create an API token on its page, under Access, and pass it with --token-file, or in RNNPOOL_EDGE_TOKEN.";
        string? sentence = await ReadDetailAsync(response, cancellationToken).ConfigureAwait(false);
        return response.StatusCode switch
        {
            HttpStatusCode.Unauthorized => _token
                ? new($"The device at {Address} rejects this token.", MakeToken, permanent: true)
                : new($"The device at {Address} requires an API token.", MakeToken, permanent: true),
            HttpStatusCode.ServiceUnavailable
            or HttpStatusCode.TooManyRequests
            or HttpStatusCode.BadGateway
            or HttpStatusCode.GatewayTimeout => new(
                $"The device at {Address} cannot answer now: {sentence ?? response.ReasonPhrase ?? "no reason given."}"
            ),
            _ => sentence is null ? NotADevice() : new($"The device at {Address} refuses: {sentence}", permanent: true),
        };
    }

    private static async Task<string?> ReadDetailAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            string text = await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
            string? sentence = JsonSerializer.Deserialize(text, WatchJson.Default.WatchProblem)?.Detail;
            return sentence is { Length: > 0 and <= MaxSentence } ? sentence : null;
        }
        catch (Exception exception) when (exception is JsonException or HttpRequestException)
        {
            return null;
        }
    }
}
