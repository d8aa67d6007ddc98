using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.AspNetCore.Mvc;
using RNNPool.Edge.Web.Access;

namespace RNNPool.Edge.Web;

/// <summary>Rules that hold for every endpoint of the device, and the metadata with which an endpoint departs from them.</summary>
internal static class EndpointConventions
{
    /// <summary>Longest body in bytes of an endpoint that does not state a limit of its own.</summary>
    public const int DefaultBodyBytes = 64 * 1024;

    /// <summary>Longest time of a request that is no stream.</summary>
    public static readonly TimeSpan RequestTime = TimeSpan.FromSeconds(30);

    /// <summary>Longest time of an upload.</summary>
    public static readonly TimeSpan UploadTime = TimeSpan.FromMinutes(5);

    /// <summary>Creates the builder on which endpoint groups map their endpoints.</summary>
    public static RouteGroupBuilder MapDevice(this IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder group = routes.MapGroup("");
        ((IEndpointConventionBuilder)group).Finally(Complete);
        return group;
    }

    /// <summary>Names the operation in <c>/openapi.json</c> and describes it.</summary>
    public static TBuilder Describe<TBuilder>(this TBuilder builder, string operationId, string tag, string summary)
        where TBuilder : IEndpointConventionBuilder => builder.WithName(operationId).WithTags(tag).WithSummary(summary);

    /// <summary>Documents the statuses with which the endpoint itself refuses a request.</summary>
    public static TBuilder Problems<TBuilder>(this TBuilder builder, params int[] statuses)
        where TBuilder : IEndpointConventionBuilder
    {
        foreach (int status in statuses)
            builder.WithMetadata(Problem(status));
        return builder;
    }

    /// <summary>Bounds the body.</summary>
    public static TBuilder LimitBody<TBuilder>(this TBuilder builder, int bytes)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new BodyLimit(bytes));

    /// <summary>Lets pages of <c>Web:AllowedOrigins</c> read the answers, with a token in the place of the cookie.</summary>
    public static TBuilder ShareWithOrigins<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder => builder.RequireCors(CrossSite.PolicyName);

    /// <summary>Serves pictures also by signed addresses and by HTTP Basic authentication, and to pages of other origins.</summary>
    public static TBuilder ServePictures<TBuilder>(this TBuilder builder, PictureScope scope)
        where TBuilder : IEndpointConventionBuilder =>
        builder.ShareWithOrigins().WithMetadata(scope).Problems(StatusCodes.Status429TooManyRequests);

    private static void Complete(EndpointBuilder endpoint)
    {
        IList<object> metadata = endpoint.Metadata;
        if (metadata.OfType<IAuthorizeData>().FirstOrDefault() is null && metadata.OfType<IAllowAnonymous>().FirstOrDefault() is null)
        {
            metadata.Add(new AuthorizeAttribute(Policies.SignedIn));
        }

        AnswerHead(metadata);
        bool anonymous = metadata.OfType<IAllowAnonymous>().Any();
        Document(metadata, StatusCodes.Status400BadRequest, StatusCodes.Status403Forbidden, StatusCodes.Status500InternalServerError);
        if (!anonymous)
            Document(metadata, StatusCodes.Status401Unauthorized);
        if (!metadata.OfType<DisableRequestTimeoutAttribute>().Any())
            Document(metadata, StatusCodes.Status503ServiceUnavailable);
        if (metadata.OfType<IAcceptsMetadata>().Any())
        {
            Document(metadata, StatusCodes.Status413PayloadTooLarge, StatusCodes.Status415UnsupportedMediaType);
        }
    }

    /// <summary>Every endpoint that answers GET answers HEAD as well; the server sends the headers without the body.</summary>
    private static void AnswerHead(IList<object> metadata)
    {
        bool isShared = metadata.OfType<IEnableCorsAttribute>().Any();
        for (int i = 0; i < metadata.Count; i++)
        {
            if (metadata[i] is HttpMethodMetadata { HttpMethods: ["GET"] })
                metadata[i] = new HttpMethodMetadata([HttpMethods.Get, HttpMethods.Head], acceptCorsPreflight: isShared);
        }
    }

    private static void Document(IList<object> metadata, params int[] statuses)
    {
        foreach (int status in statuses)
        {
            if (!metadata.OfType<IProducesResponseTypeMetadata>().Any(known => known.StatusCode == status))
                metadata.Add(Problem(status));
        }
    }

    private static ProducesResponseTypeMetadata Problem(int status) => new(status, typeof(ProblemDetails), [Web.Problems.ContentType]);

    private sealed record BodyLimit(long? MaxRequestBodySize) : IRequestSizeLimitMetadata;
}
