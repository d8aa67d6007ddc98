using Microsoft.AspNetCore.Http.HttpResults;

namespace RNNPool.Edge.Web;

/// <summary>
/// <c>/openapi.json</c>: the description of the interface. A test generates the document from the endpoints and compares it with the
/// embedded file, so the device neither carries the generator nor spends memory on it.
/// </summary>
internal sealed class DocumentEndpoints : IEndpointGroup
{
    private const string Resource = "openapi.json";

    public void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapGet("/openapi.json", Get)
            .AllowAnonymous()
            .Describe("getOpenApi", "document", "This document.")
            .Produces(StatusCodes.Status200OK, contentType: "application/json");

    private static FileStreamHttpResult Get() =>
        TypedResults.Stream(typeof(DocumentEndpoints).Assembly.GetManifestResourceStream(Resource)!, "application/json");
}
