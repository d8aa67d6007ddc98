using System.Reflection;
using System.Text;
using Microsoft.AspNetCore.Http.Metadata;

namespace RNNPool.Edge.Web;

/// <summary>A result whose JSON exists already; stored events leave the device byte for byte as they were stored.</summary>
/// <typeparam name="T">The type whose schema describes the JSON.</typeparam>
internal sealed class RawJson<T>(string json) : IResult, IEndpointMetadataProvider
{
    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder) =>
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(T), ["application/json"]));

    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.ContentType = "application/json; charset=utf-8";
        return httpContext.Response.WriteAsync(json, Encoding.UTF8, httpContext.RequestAborted);
    }
}
