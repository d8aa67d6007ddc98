using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;

namespace RNNPool.Edge.Tests.Web.OpenApi;

/// <summary>Validates answers against the OpenAPI document: status, content type, and the body against its schema.</summary>
internal sealed class ApiContract
{
    private readonly JsonNode _document;
    private readonly Dictionary<string, JsonSchema> _schemas = [];

    public ApiContract(string document) => _document = JsonNode.Parse(document)!;

    public IEnumerable<ApiOperation> Operations =>
        from path in _document["paths"]!.AsObject()
        from operation in path.Value!.AsObject()
        select new ApiOperation(path.Key, operation.Key.ToUpperInvariant(), operation.Value!);

    /// <returns>What is wrong with an answer; null when it is as documented.</returns>
    public async Task<string?> FindDifferenceAsync(
        ApiOperation operation,
        HttpResponseMessage response,
        CancellationToken cancellationToken
    )
    {
        string status = ((int)response.StatusCode).ToString(CultureInfo.InvariantCulture);
        if (operation.Node["responses"]?[status] is not { } described)
            return $"status {status} is not documented";
        if (described["content"] is not JsonObject { Count: > 0 } content)
        {
            return response.Content.Headers.ContentType is { } unexpected ? $"status {status} has the content type {unexpected}" : null;
        }

        MediaTypeHeaderValue? type = response.Content.Headers.ContentType;
        if (type?.MediaType is null || content[type.MediaType] is not { } media)
            return $"status {status} has the content type {type}";
        if (!type.MediaType.EndsWith("json", StringComparison.Ordinal) || media["schema"] is not { } schema)
            return null;
        string text = await response.Content.ReadAsStringAsync(cancellationToken);
        EvaluationResults results = Compile(schema)
            .Evaluate(JsonDocument.Parse(text).RootElement, new EvaluationOptions { OutputFormat = OutputFormat.List });
        if (results.IsValid)
            return null;
        IEnumerable<string> errors = (results.Details ?? [])
            .Where(detail => detail.Errors is { Count: > 0 })
            .Select(detail => $"{detail.InstanceLocation}: {string.Join(", ", detail.Errors!.Values)}");
        return $"status {status}: {string.Join("; ", errors.Take(5))}";
    }

    private JsonSchema Compile(JsonNode schema)
    {
        string key = schema.ToJsonString();
        if (_schemas.TryGetValue(key, out JsonSchema? known))
            return known;
        var root = new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["$defs"] = _document["components"]!["schemas"]!.DeepClone(),
            ["allOf"] = new JsonArray(schema.DeepClone()),
        };
        string text = root.ToJsonString().Replace("#/components/schemas/", "#/$defs/", StringComparison.Ordinal);
        return _schemas[key] = JsonSchema.FromText(text);
    }
}

/// <summary>An operation of the document.</summary>
internal sealed record ApiOperation(string Path, string Method, JsonNode Node)
{
    public bool IsStream => Path is "/api/stream" or "/api/live.mjpg";

    public bool TakesJson => Node["requestBody"]?["content"]?["application/json"] is not null;

    public bool TakesBody => Node["requestBody"] is not null;

    public override string ToString() => $"{Method} {Path}";
}
