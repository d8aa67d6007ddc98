using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;

namespace RNNPool.Edge.Sinks.Notify;

/// <summary>
/// Sends requests of notifications. It follows no redirection, because a request contains secrets and pictures; it reads a bounded part of
/// the answer, and describes failures without the address. Thread-safe.
/// </summary>
internal sealed class NotifyClient : IDisposable
{
    private const int MaxAnswerBytes = 4096;

    private readonly HttpClient _client;
    private readonly TimeSpan _timeout;
    private readonly TimeProvider _time;

    /// <param name="timeout">Longest time of a request, with its answer.</param>
    /// <param name="time">Measures it.</param>
    public NotifyClient(TimeSpan timeout, TimeProvider time)
    {
        _timeout = timeout;
        _time = time;
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectTimeout = timeout,
            MaxResponseHeadersLength = 16,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        };
        _client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        _client.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("rnnpool-edge", null));
    }

    /// <summary>Sends a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    /// <returns>The answer; its body is empty when it cannot be read.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<NotifyAnswer> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(_timeout, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            using HttpResponseMessage response = await _client
                .SendAsync(request, HttpCompletionOption.ResponseHeadersRead, both.Token)
                .ConfigureAwait(false);
            string body = response.IsSuccessStatusCode ? "" : await ReadAsync(response, both.Token).ConfigureAwait(false);
            return new NotifyAnswer(response.StatusCode, body, Describe(response), RetryAfter(response));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new NotifyAnswer(null, "", FormattableString.Invariant($"no answer within {_timeout.TotalSeconds:0.#} s"), null);
        }
        catch (HttpRequestException exception)
        {
            return new NotifyAnswer(null, "", Describe(exception), null);
        }
        catch (IOException)
        {
            return new NotifyAnswer(null, "", "the connection was closed", null);
        }
    }

    public void Dispose() => _client.Dispose();

    private static async Task<string> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        Stream stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            var buffer = new byte[MaxAnswerBytes];
            int length = await stream
                .ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken)
                .ConfigureAwait(false);
            return Encoding.UTF8.GetString(buffer, 0, length);
        }
    }

    private TimeSpan? RetryAfter(HttpResponseMessage response) =>
        response.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - _time.GetUtcNow() is var left && left > TimeSpan.Zero ? left : null,
            _ => null,
        };

    private static string Describe(HttpResponseMessage response)
    {
        int status = (int)response.StatusCode;
        if (status is < 300 or >= 400)
            return FormattableString.Invariant($"it answered with status {status}");
        Uri? target = response.Headers.Location;
        string where = target is { IsAbsoluteUri: true } ? $" to {target.Host}" : "";
        return FormattableString.Invariant($"it redirects{where} (status {status}); redirections are not followed");
    }

    private static string Describe(HttpRequestException exception) =>
        exception.HttpRequestError switch
        {
            HttpRequestError.NameResolutionError => "its name is not known",
            HttpRequestError.SecureConnectionError => $"TLS failed ({Innermost(exception).TrimEnd('.')})",
            _ when exception.InnerException is SocketException socket => $"no connection ({socket.SocketErrorCode})",
            HttpRequestError.ConnectionError => "no connection",
            var error => $"the request failed ({error})",
        };

    private static string Innermost(Exception exception) => exception.InnerException is { } inner ? Innermost(inner) : exception.Message;
}

/// <summary>An answer, or the reason why there is none.</summary>
/// <param name="Status">The status; null without an answer.</param>
/// <param name="Body">Beginning of the body of a refusal.</param>
/// <param name="Reason">The reason of a failure.</param>
/// <param name="RetryAfter">Wait that the answer asks for.</param>
internal sealed record NotifyAnswer(HttpStatusCode? Status, string Body, string Reason, TimeSpan? RetryAfter)
{
    /// <summary>Whether the request itself is refused, so that repeating it is of no use.</summary>
    public bool IsRefusal =>
        Status
            is HttpStatusCode.BadRequest
                or HttpStatusCode.RequestEntityTooLarge
                or HttpStatusCode.UnsupportedMediaType
                or HttpStatusCode.UnprocessableEntity;

    /// <summary>The result.</summary>
    /// <param name="detail">What the body says, appended to the reason; null for nothing.</param>
    /// <param name="retryAfter">Wait that the body asks for; null for that of the header.</param>
    public NotifyResult ToResult(string? detail = null, TimeSpan? retryAfter = null)
    {
        if (Status is { } status && (int)status is >= 200 and < 300)
            return NotifyResult.Accepted;
        string reason = string.IsNullOrWhiteSpace(detail) ? Reason : $"{Reason}: {SettingRules.Printable(detail).TrimEnd('.')}";
        return new NotifyResult(IsRefusal ? NotifyOutcome.Refused : NotifyOutcome.Failed, reason, retryAfter ?? RetryAfter);
    }
}
