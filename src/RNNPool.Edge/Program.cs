using RNNPool.Edge.Commands;

return await CommandTree.InvokeAsync(args).ConfigureAwait(false);
