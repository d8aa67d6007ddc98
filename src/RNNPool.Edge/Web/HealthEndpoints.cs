using System.IO.Pipelines;
using Microsoft.AspNetCore.Http.HttpResults;
using RNNPool.Edge.Core;
using RNNPool.Edge.Health;
using RNNPool.Edge.Health.Metrics;
using RNNPool.Edge.Web.Access;

namespace RNNPool.Edge.Web;

/// <summary><c>/health</c> and <c>/metrics</c>.</summary>
internal sealed class HealthEndpoints(HealthModel health, MetricsCollector metrics) : IEndpointGroup
{
    private const string Tag = "health";

    public void Map(IEndpointRouteBuilder routes)
    {
        routes
            .MapGet("/health", Get)
            .RequireAuthorization(Policies.ThisMachine)
            .Describe("getHealth", Tag, "The health of the device: 200, or 503 when it has failed.")
            .Produces<HealthReport>(StatusCodes.Status503ServiceUnavailable);
        routes
            .MapGet("/metrics", GetMetricsAsync)
            .RequireAuthorization(Policies.ThisMachine)
            .Describe("getMetrics", Tag, "Figures in the text format of Prometheus.")
            .Produces(StatusCodes.Status200OK, contentType: "text/plain");
    }

    private Results<Ok<HealthReport>, JsonHttpResult<HealthReport>> Get()
    {
        HealthReport report = health.Evaluate();
        if (report.Healthy)
            return TypedResults.Ok(report);
        return TypedResults.Json(report, WebJson.Default.HealthReport, statusCode: StatusCodes.Status503ServiceUnavailable);
    }

    private async Task GetMetricsAsync(HttpResponse response, CancellationToken cancellationToken)
    {
        response.ContentType = MetricsCollector.ContentType;
        PipeWriter body = response.BodyWriter;
        metrics.Write(body);
        await body.FlushAsync(cancellationToken).ConfigureAwait(false);
    }
}
