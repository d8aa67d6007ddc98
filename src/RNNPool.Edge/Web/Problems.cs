using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;

namespace RNNPool.Edge.Web;

/// <summary>Refusals as problem details (RFC 9457). <c>detail</c> holds one sentence.</summary>
internal static class Problems
{
    public const string ContentType = "application/problem+json";

    public static ProblemHttpResult BadRequest(string detail) => Create(StatusCodes.Status400BadRequest, detail);

    public static ProblemHttpResult Unauthorized(string detail) => Create(StatusCodes.Status401Unauthorized, detail);

    public static ProblemHttpResult Forbidden(string detail) => Create(StatusCodes.Status403Forbidden, detail);

    public static ProblemHttpResult NotFound(string detail) => Create(StatusCodes.Status404NotFound, detail);

    public static ProblemHttpResult Conflict(string detail) => Create(StatusCodes.Status409Conflict, detail);

    public static ProblemHttpResult TooManyRequests(string detail) => Create(StatusCodes.Status429TooManyRequests, detail);

    public static ProblemHttpResult UpgradeRequired(string detail) => Create(StatusCodes.Status426UpgradeRequired, detail);

    public static ProblemHttpResult Unavailable(string detail) => Create(StatusCodes.Status503ServiceUnavailable, detail);

    /// <summary>Refuses values of several fields.</summary>
    /// <param name="errors">One sentence for each field; the first is the detail.</param>
    public static ValidationProblem Invalid(IReadOnlyDictionary<string, string> errors) =>
        TypedResults.ValidationProblem(errors.Select(pair => KeyValuePair.Create(pair.Key, new[] { pair.Value })), errors.Values.First());

    /// <summary>Answers outside an endpoint.</summary>
    public static Task WriteAsync(HttpContext context, int status, string detail) => Create(status, detail).ExecuteAsync(context);

    /// <summary>Describes a request that the framework could not bind to the parameters of an endpoint.</summary>
    public static string Describe(BadHttpRequestException exception)
    {
        if (exception.InnerException is JsonException json)
        {
            string position = json.LineNumber is { } line ? $" at line {line + 1}, column {json.BytePositionInLine + 1}" : "";
            bool printable = json.Path is { Length: > 1 and < 80 } path && !path.Any(char.IsControl);
            return $"The body does not match the JSON schema of this operation{position}{(printable ? $" ({json.Path})" : "")}.";
        }

        // The message of the framework names type, parameter and value: Failed to bind parameter "int? limit" from "x".
        string[] parts = exception.Message.Split('"');
        string name = parts is [_, var parameter, ..] ? parameter[(parameter.LastIndexOf(' ') + 1)..] : "";
        bool isBody = name is "body" or "" || exception.StatusCode != StatusCodes.Status400BadRequest;
        return isBody
            ? Describe(exception.StatusCode)
            : $"The parameter {JsonNamingPolicy.CamelCase.ConvertName(name)} is missing or has the wrong type.";
    }

    /// <summary>The detail of an answer that carries a status alone.</summary>
    public static string Describe(int status) =>
        status switch
        {
            StatusCodes.Status400BadRequest => "The request is malformed, or its body is missing.",
            StatusCodes.Status404NotFound => "This address does not exist; /openapi.json describes the interface.",
            StatusCodes.Status405MethodNotAllowed =>
                "This address does not support the method; the header Allow lists those that it supports.",
            StatusCodes.Status408RequestTimeout => "The request did not arrive in time.",
            StatusCodes.Status413PayloadTooLarge => "The body is too long.",
            StatusCodes.Status415UnsupportedMediaType => "The operation does not support the content type of the body.",
            StatusCodes.Status503ServiceUnavailable => "The device could not answer in time.",
            _ => "The device could not handle the request.",
        };

    private static ProblemHttpResult Create(int status, string detail) => TypedResults.Problem(detail, statusCode: status);
}
