using Microsoft.AspNetCore.Http.HttpResults;
using RNNPool.Edge.Models;
using RNNPool.Edge.Web.Models;

namespace RNNPool.Edge.Web;

/// <summary><c>/api/models</c>.</summary>
internal sealed class ModelsEndpoints(ModelCatalogue catalogue, UploadedModels uploads) : IEndpointGroup
{
    private const string Tag = "models";

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/models", List).Describe("listModels", Tag, "The models that the device can run.");
        routes
            .MapPost("/api/models", UploadAsync)
            .LimitBody(UploadedModels.MaxBytes)
            .Describe("uploadModel", Tag, "Adds a model folder as a ZIP archive, after it has run once.")
            .Accepts<System.IO.Stream>("application/octet-stream", "application/zip")
            .Problems(StatusCodes.Status409Conflict)
            .WithRequestTimeout(EndpointConventions.UploadTime);
    }

    private Ok<ModelsReport> List() => TypedResults.Ok(catalogue.List());

    private async Task<Results<Created<ModelsReport>, ProblemHttpResult>> UploadAsync(
        string name,
        HttpRequest request,
        CancellationToken cancellationToken
    )
    {
        if (!UploadedModels.IsName(name))
            return Problems.BadRequest("name must have 1 to 64 lower-case letters, digits, - and _.");
        if (await UploadBody.ReadAsync(request, UploadedModels.MaxBytes, cancellationToken).ConfigureAwait(false) is not { } archive)
            return UploadBody.TooLong(UploadedModels.MaxBytes);
        try
        {
            await Task.Run(() => uploads.Add(name, archive), CancellationToken.None).ConfigureAwait(false);
            return TypedResults.Created((string?)null, catalogue.List());
        }
        catch (ModelException exception)
        {
            return Problems.BadRequest(exception.Message);
        }
        catch (IOException exception)
        {
            return Problems.Conflict(exception.Message);
        }
    }
}
