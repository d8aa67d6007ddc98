using Microsoft.AspNetCore.Http.HttpResults;

namespace RNNPool.Edge.Web;

/// <summary>Reads uploads into memory, within the limit of their endpoint.</summary>
internal static class UploadBody
{
    /// <summary>Reads the body.</summary>
    /// <returns>Null when it is longer than <paramref name="maxBytes"/>.</returns>
    public static async Task<byte[]?> ReadAsync(HttpRequest request, int maxBytes, CancellationToken cancellationToken)
    {
        if (request.ContentLength > maxBytes)
            return null;
        using var body = new MemoryStream((int)(request.ContentLength ?? 0));
        try
        {
            await request.Body.CopyToAsync(body, cancellationToken).ConfigureAwait(false);
        }
        catch (BadHttpRequestException exception) when (exception.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return null;
        }

        return body.Length == body.Capacity ? body.GetBuffer() : body.ToArray();
    }

    /// <summary>The answer to a body that is too long.</summary>
    public static ProblemHttpResult TooLong(int maxBytes) =>
        TypedResults.Problem($"The body is too long; the limit is {maxBytes} bytes.", statusCode: StatusCodes.Status413PayloadTooLarge);
}
