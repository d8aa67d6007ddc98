using System.Globalization;
using System.Net.Http.Headers;
using System.Text;

namespace RNNPool.Edge.Sinks.Notify;

/// <summary>
/// Publishes to a topic of an ntfy server. Title and text are in the query, because headers cannot contain all characters. A server that
/// accepts no attachment receives the text alone.
/// </summary>
internal sealed class NtfyChannel(NtfyOptions options, Uri topic, NotifyClient client) : INotifyChannel
{
    /// <inheritdoc/>
    public string Name => "ntfy";

    /// <inheritdoc/>
    public string Host => topic.Authority;

    /// <inheritdoc/>
    public async Task<NotifyResult> SendAsync(NotifyMessage message, CancellationToken cancellationToken)
    {
        if (message.Picture is { } picture)
        {
            NotifyAnswer answer = await SendAsync(
                    HttpMethod.Put,
                    message,
                    $"&message={Uri.EscapeDataString(message.Text)}&filename={message.Type}.jpg",
                    new ByteArrayContent(picture) { Headers = { ContentType = new MediaTypeHeaderValue("image/jpeg") } },
                    cancellationToken
                )
                .ConfigureAwait(false);
            if (!answer.IsRefusal)
                return answer.ToResult();
        }

        return (
            await SendAsync(HttpMethod.Post, message, "", new StringContent(message.Text, Encoding.UTF8, "text/plain"), cancellationToken)
                .ConfigureAwait(false)
        ).ToResult();
    }

    private async Task<NotifyAnswer> SendAsync(
        HttpMethod method,
        NotifyMessage message,
        string more,
        HttpContent content,
        CancellationToken cancellationToken
    )
    {
        string query = string.Create(
            CultureInfo.InvariantCulture,
            $"?title={Uri.EscapeDataString(message.Title)}&priority={options.Priority}{more}"
        );
        using var request = new HttpRequestMessage(method, new Uri(topic.GetLeftPart(UriPartial.Path) + query)) { Content = content };
        if (options.Token is { Length: > 0 } token)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return await client.SendAsync(request, cancellationToken).ConfigureAwait(false);
    }
}
