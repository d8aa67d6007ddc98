using System.Net;
using System.Net.Sockets;
using RNNPool.Edge.Core;

namespace RNNPool.Edge.Tests.Core;

public sealed class PortHolderTests
{
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("0.0.0.0")]
    [InlineData("::")]
    public void The_holder_of_a_port_is_the_process_that_listens(string address)
    {
        using var listener = new TcpListener(IPAddress.Parse(address), 0);
        listener.Start();

        PortHolder? holder = PortHolder.Find(((IPEndPoint)listener.LocalEndpoint).Port);

        Assert.Equal(Environment.ProcessId, holder?.Process);
        Assert.Equal(Environment.UserName, holder?.User);
        Assert.False(holder?.IsDevice);
    }

    [Fact]
    public void A_free_port_has_no_holder()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();

        Assert.Null(PortHolder.Find(port));
    }
}
