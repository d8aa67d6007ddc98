using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using RNNPool.Edge.Web.Diagnostics;

namespace RNNPool.Edge.Web;

/// <summary><c>/api/diagnostics.zip</c>.</summary>
internal sealed class DiagnosticsEndpoints(DiagnosticsBundle bundle, TimeProvider time) : IEndpointGroup
{
    private const string MediaType = "application/zip";

    public void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapGet("/api/diagnostics.zip", DownloadAsync)
            .Describe(
                "getDiagnostics",
                "diagnostics",
                "Settings, state, health, checks and log as a ZIP archive, without secrets and pictures."
            )
            .Produces(StatusCodes.Status200OK, contentType: MediaType);

    private async Task<FileContentHttpResult> DownloadAsync(CancellationToken cancellationToken)
    {
        byte[] archive = await bundle.CreateAsync(cancellationToken).ConfigureAwait(false);
        string stamp = time.GetUtcNow().ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture);
        return TypedResults.File(archive, MediaType, $"rnnpool-edge-{stamp}.zip");
    }
}
