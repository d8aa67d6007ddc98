namespace RNNPool.Edge.Web;

/// <summary>
/// The endpoints of one feature. Every registered group is mapped; an endpoint without a policy of its own requires a signed-in caller.
/// </summary>
internal interface IEndpointGroup
{
    /// <summary>Maps the endpoints.</summary>
    /// <param name="routes">The builder whose conventions apply to all endpoints.</param>
    void Map(IEndpointRouteBuilder routes);
}
