using RNNPool.Edge.Host;

NativeHeap.LimitArenas();
return await CommandTree.InvokeAsync(args).ConfigureAwait(false);
