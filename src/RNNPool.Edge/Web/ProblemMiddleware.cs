using System.Reflection;

namespace RNNPool.Edge.Web;

/// <summary>Turns exceptions and statuses without a body into problem details, so that every refusal has the same shape.</summary>
internal sealed partial class ProblemMiddleware(RequestDelegate next, ILogger<ProblemMiddleware> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        HttpResponse response = context.Response;
        try
        {
            await next(context).ConfigureAwait(false);
        }
        catch (BadHttpRequestException exception) when (!response.HasStarted)
        {
            await Problems.WriteAsync(context, exception.StatusCode, Problems.Describe(exception)).ConfigureAwait(false);
            return;
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            return;
        }
#pragma warning disable CA1031 // The caller receives a status; the log receives the cause.
        catch (Exception exception) when (!response.HasStarted)
#pragma warning restore CA1031
        {
            LogFailed(context.Request.Method, context.Request.Path.Value ?? "", exception);
            await Problems.WriteAsync(context, StatusCodes.Status500InternalServerError, Problems.Describe(500)).ConfigureAwait(false);
            return;
        }

        bool isBare =
            !response.HasStarted && response.StatusCode >= 400 && response.ContentLength is null or 0 && response.ContentType is null;
        if (isBare)
            await Problems.WriteAsync(context, response.StatusCode, Describe(context)).ConfigureAwait(false);
    }

    /// <summary>
    /// Describes a status without a body. The framework answers 400 without one when it cannot parse an optional parameter.
    /// </summary>
    private static string Describe(HttpContext context)
    {
        int status = context.Response.StatusCode;
        ParameterInfo[] parameters = context.GetEndpoint()?.Metadata.GetMetadata<MethodInfo>()?.GetParameters() ?? [];
        string[] sent = [.. parameters.Select(parameter => parameter.Name!).Where(context.Request.Query.ContainsKey)];
        return status == StatusCodes.Status400BadRequest && sent.Length > 0
            ? $"A parameter has the wrong type: {string.Join(" or ", sent)}."
            : Problems.Describe(status);
    }

    [LoggerMessage(2020, LogLevel.Error, "The request {Method} {Path} failed.")]
    private partial void LogFailed(string method, string path, Exception exception);
}
