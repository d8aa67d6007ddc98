using System.Net.Http.Headers;
using System.Text.Json;

namespace RNNPool.Edge.Sinks.Notify;

/// <summary>Sends messages by the Bot API of Telegram. The token is a part of the address, so that the address is never shown.</summary>
internal sealed class TelegramChannel(Uri server, string token, string chat, NotifyClient client) : INotifyChannel
{
    /// <summary>Longest caption of a picture.</summary>
    private const int MaxCaption = 1024;

    /// <inheritdoc/>
    public string Name => "telegram";

    /// <inheritdoc/>
    public string Host => server.Authority;

    /// <inheritdoc/>
    public async Task<NotifyResult> SendAsync(NotifyMessage message, CancellationToken cancellationToken)
    {
        string text = $"{message.Title}\n{message.Text}";
        if (message.Picture is { } picture)
        {
            using var form = new MultipartFormDataContent
            {
                { new StringContent(chat), "chat_id" },
                { new StringContent(text.Length <= MaxCaption ? text : text[..MaxCaption]), "caption" },
            };
            form.Add(
                new ByteArrayContent(picture) { Headers = { ContentType = new MediaTypeHeaderValue("image/jpeg") } },
                "photo",
                "picture.jpg"
            );
            NotifyAnswer answer = await SendAsync("sendPhoto", form, cancellationToken).ConfigureAwait(false);
            if (!answer.IsRefusal)
                return Read(answer);
        }

        using var fields = new FormUrlEncodedContent([new("chat_id", chat), new("text", text)]);
        return Read(await SendAsync("sendMessage", fields, cancellationToken).ConfigureAwait(false));
    }

    private async Task<NotifyAnswer> SendAsync(string method, HttpContent content, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server, $"/bot{token}/{method}")) { Content = content };
        return await client.SendAsync(request, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads the description of a refusal, and the wait that it asks for.</summary>
    private NotifyResult Read(NotifyAnswer answer)
    {
        string? description = null;
        TimeSpan? retryAfter = null;
        try
        {
            using JsonDocument document = JsonDocument.Parse(answer.Body.Length == 0 ? "{}" : answer.Body);
            if (document.RootElement is { ValueKind: JsonValueKind.Object } root)
            {
                if (root.TryGetProperty("description", out JsonElement said) && said.ValueKind == JsonValueKind.String)
                    description = said.GetString()!.Replace(token, AddressSecrets.Mark, StringComparison.Ordinal);
                if (
                    root.TryGetProperty("parameters", out JsonElement parameters)
                    && parameters.ValueKind == JsonValueKind.Object
                    && parameters.TryGetProperty("retry_after", out JsonElement seconds)
                    && seconds.TryGetInt32(out int wait)
                )
                    retryAfter = TimeSpan.FromSeconds(wait);
            }
        }
        catch (JsonException)
        {
            // A server between the device and Telegram has answered.
        }

        return answer.ToResult(description, retryAfter);
    }
}
