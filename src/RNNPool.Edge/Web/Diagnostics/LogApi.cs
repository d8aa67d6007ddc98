using System.Globalization;
using RNNPool.Edge.Diagnostics;

namespace RNNPool.Edge.Web.Diagnostics;

/// <summary><c>/api/log</c>: the last messages of the log.</summary>
internal static class LogApi
{
    private const int DefaultLines = 200;

    public static Task LogAsync(HttpContext context)
    {
        string? text = context.Request.Query["lines"];
        int lines = DefaultLines;
        if (
            text is not null
            && !(int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out lines) && lines is >= 1 and <= LogTail.Capacity)
        )
        {
            return WebApi.RefuseAsync(
                context,
                StatusCodes.Status400BadRequest,
                $"lines must be a whole number from 1 to {LogTail.Capacity}."
            );
        }

        return context.Response.WriteAsJsonAsync(
            context.RequestServices.GetRequiredService<LogTail>().Newest(lines),
            WebJson.Default.LogLines,
            cancellationToken: context.RequestAborted
        );
    }
}
