using BenchmarkDotNet.Running;
using RNNPool.Edge.Benchmarks;

if (args is ["pins", _, _, ..])
    return PinDrivers.Run(args[1..]);
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
return 0;
