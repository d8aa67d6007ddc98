using Microsoft.AspNetCore.Http.HttpResults;
using RNNPool.Edge.Diagnostics;
using RNNPool.Edge.Web.State;

namespace RNNPool.Edge.Web;

/// <summary><c>/api/state</c> and <c>/api/history</c>: the state now, and the figures of the last quarter of an hour.</summary>
internal sealed class StateEndpoints(StateReporter state, SampleHistory samples) : IEndpointGroup
{
    private const string Tag = "state";

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/state", Get).Describe("getState", Tag, "The state of the device.").ShareWithOrigins();
        routes.MapGet("/api/history", GetHistory).Describe("getHistory", Tag, "The figures of the last quarter of an hour, oldest first.");
    }

    private Ok<StateReport> Get() => TypedResults.Ok(state.Create());

    private Ok<Sample[]> GetHistory() => TypedResults.Ok(samples.Newest(SampleHistory.Capacity));
}
