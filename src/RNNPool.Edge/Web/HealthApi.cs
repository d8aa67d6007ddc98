using System.IO.Pipelines;
using RNNPool.Edge.Core;
using RNNPool.Edge.Health;
using RNNPool.Edge.Health.Metrics;

namespace RNNPool.Edge.Web;

/// <summary><c>/health</c> and <c>/metrics</c>.</summary>
internal static class HealthApi
{
    public static Task HealthAsync(HttpContext context)
    {
        HealthReport report = context.RequestServices.GetRequiredService<HealthModel>().Evaluate();
        context.Response.StatusCode = report.Healthy ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        return context.Response.WriteAsJsonAsync(report, HealthJson.Default.HealthReport, cancellationToken: context.RequestAborted);
    }

    public static async Task MetricsAsync(HttpContext context)
    {
        context.Response.ContentType = MetricsCollector.ContentType;
        PipeWriter body = context.Response.BodyWriter;
        context.RequestServices.GetRequiredService<MetricsCollector>().Write(body);
        await body.FlushAsync(context.RequestAborted).ConfigureAwait(false);
    }
}
