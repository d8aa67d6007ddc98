namespace RNNPool.Edge.Diagnostics;

/// <summary>The services of a composition as a whole, for checks that still look them up.</summary>
internal sealed record ComposedServices(IServiceProvider Provider);
