using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http.Features;

namespace RNNPool.Edge.Web;

/// <summary>Reads bodies of requests, which are untrusted: no longer than they may be, of the right type, and complaints in one sentence.</summary>
internal static class RequestBody
{
    /// <summary>Reads a JSON body.</summary>
    /// <param name="context">The request.</param>
    /// <param name="type">What it must be.</param>
    /// <param name="maxBytes">Longest body.</param>
    /// <returns>Null when the request has been refused.</returns>
    public static async Task<T?> ReadAsync<T>(HttpContext context, JsonTypeInfo<T> type, int maxBytes)
        where T : class
    {
        if (!context.Request.HasJsonContentType())
        {
            await WebApi
                .RefuseAsync(
                    context,
                    StatusCodes.Status415UnsupportedMediaType,
                    "The body must be JSON, with the content type application/json."
                )
                .ConfigureAwait(false);
            return null;
        }

        if (await ReadBytesAsync(context, maxBytes).ConfigureAwait(false) is not { } bytes)
            return null;
        try
        {
            if (JsonSerializer.Deserialize(bytes, type) is { } value)
                return value;
            await WebApi
                .RefuseAsync(context, StatusCodes.Status400BadRequest, "The body is null; it must be an object.")
                .ConfigureAwait(false);
        }
        catch (JsonException exception)
        {
            await WebApi.RefuseAsync(context, StatusCodes.Status400BadRequest, Describe(exception)).ConfigureAwait(false);
        }

        return null;
    }

    /// <summary>
    /// Says how long the body may be. What a refused request sends is read to its end within this bound, so that its sender gets to the answer; beyond it the
    /// connection is cut.
    /// </summary>
    public static void Allow(HttpContext context, int maxBytes)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = maxBytes;
    }

    /// <summary>Reads a body of bytes.</summary>
    /// <returns>Null when the request has been refused.</returns>
    public static async Task<byte[]?> ReadBytesAsync(HttpContext context, int maxBytes)
    {
        Allow(context, maxBytes);
        if (context.Request.ContentLength > maxBytes)
            return await TooLongAsync(context, maxBytes).ConfigureAwait(false);
        using var body = new MemoryStream((int)(context.Request.ContentLength ?? 0));
        try
        {
            await context.Request.Body.CopyToAsync(body, context.RequestAborted).ConfigureAwait(false);
        }
        catch (BadHttpRequestException exception) when (exception.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return await TooLongAsync(context, maxBytes).ConfigureAwait(false);
        }

        return body.Length == body.Capacity ? body.GetBuffer() : body.ToArray();
    }

    private static async Task<byte[]?> TooLongAsync(HttpContext context, int maxBytes)
    {
        await WebApi
            .RefuseAsync(context, StatusCodes.Status413PayloadTooLarge, $"The body is too long; it may have {maxBytes} bytes.")
            .ConfigureAwait(false);
        return null;
    }

    private static string Describe(JsonException exception)
    {
        string where = exception.LineNumber is { } line ? $" at line {line + 1}, column {exception.BytePositionInLine + 1}" : "";
        string what = exception.Path is { Length: > 1 } path && path.All(c => !char.IsControl(c)) && path.Length < 80 ? $" ({path})" : "";
        return $"The body is not the JSON that is expected here{where}{what}.";
    }
}
