using RNNPool.Edge.Commands;

NativeHeap.LimitArenas();
return await CommandTree.InvokeAsync(args).ConfigureAwait(false);
