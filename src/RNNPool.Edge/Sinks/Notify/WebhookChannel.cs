using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace RNNPool.Edge.Sinks.Notify;

/// <summary>Posts notifications to an address. docs/notify.md describes the body and the signature.</summary>
internal sealed class WebhookChannel(WebhookOptions options, Uri address, NotifyClient client, TimeProvider time) : INotifyChannel
{
    /// <summary>Header with the time of the signature, in seconds since 1970.</summary>
    public const string TimestampHeader = "X-RNNPool-Timestamp";

    /// <summary>Header with <c>sha256=</c> and the signature in hexadecimal.</summary>
    public const string SignatureHeader = "X-RNNPool-Signature";

    /// <summary>Header with the identity of the notification, the same in each repetition.</summary>
    public const string DeliveryHeader = "X-RNNPool-Delivery";

    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <inheritdoc/>
    public string Name => "webhook";

    /// <inheritdoc/>
    public string Host => address.Authority;

    /// <summary>The signature of a body: HMAC-SHA256 of the timestamp, a full stop, and the body.</summary>
    public static string Sign(string secret, string timestamp, ReadOnlySpan<byte> body)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret));
        hash.AppendData(Encoding.UTF8.GetBytes(timestamp + "."));
        hash.AppendData(body);
        return "sha256=" + Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <inheritdoc/>
    public async Task<NotifyResult> SendAsync(NotifyMessage message, CancellationToken cancellationToken)
    {
        byte[] body = options.Body is { } template
            ? Encoding.UTF8.GetBytes(NotifyTemplate.Render(template, message, NotifyTemplate.IsJson(options.ContentType)))
            : CreateBody(message);
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(options.ContentType, "utf-8");
        request.Headers.Add(DeliveryHeader, message.Delivery);
        if (options.Secret is { Length: > 0 } secret)
        {
            string timestamp = time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
            request.Headers.Add(TimestampHeader, timestamp);
            request.Headers.Add(SignatureHeader, Sign(secret, timestamp, body));
        }

        NotifyAnswer answer = await client.SendAsync(request, cancellationToken).ConfigureAwait(false);
        return answer.ToResult();
    }

    private static byte[] CreateBody(NotifyMessage message)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, Plain))
        {
            writer.WriteStartObject();
            writer.WriteString("type", message.Type);
            writer.WriteString("device", message.Device);
            writer.WriteString("title", message.Title);
            writer.WriteString("text", message.Text);
            writer.WritePropertyName("event");
            writer.WriteRawValue(message.EventJson);
            if (message.Picture is { } picture)
                writer.WriteBase64String("picture", picture);
            writer.WriteEndObject();
        }

        return stream.ToArray();
    }
}
