using RNNPool.Edge.Host;
using RNNPool.Edge.Web.Models;

NativeHeap.LimitArenas();
return args is [TrialProcess.Argument, string folder]
    ? TrialProcess.Run(folder)
    : await CommandTree.InvokeAsync(args).ConfigureAwait(false);
