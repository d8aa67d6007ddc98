using System.Net;
using System.Net.Sockets;
using System.Text;
using RNNPool.Edge.Vision.Cameras.Ffmpeg;
using RNNPool.Edge.Vision.Cameras.Processes;

namespace RNNPool.Edge.Vision.Tests.Cameras.Processes;

/// <summary>Neither another user of the machine nor a camera can pose as ffmpeg or as a name server.</summary>
public sealed class ConnectionOwnerTests
{
    private const string Heading =
        "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
        + "   0: 0100007F:2328 00000000:0000 0A 00000000:00000000 00:00000000 00000000   998        0 11 1 0000 100 0 0 10 0\n";
    private const string Own =
        "   1: 0100007F:2328 0100007F:C001 01 00000000:00000000 00:00000000 00000000   998        0 12 1 0000 20 4 30 10 -1\n";

    private static readonly IPEndPoint Relay = new(IPAddress.Loopback, 0x2328);
    private static readonly IPEndPoint Client = new(IPAddress.Loopback, 0xC001);

    [Theory]
    [InlineData("0100007F:C001 0100007F:2328", "01", 998, 13, true)]
    [InlineData("0100007F:C001 0100007F:2328", "01", 65534, 13, false)]
    [InlineData("0100007F:C001 0100007F:2328", "05", 998, 0, false)]
    [InlineData("0100007F:C002 0100007F:2328", "01", 998, 13, false)]
    [InlineData("0200007F:C001 0100007F:2328", "01", 998, 13, false)]
    public void The_other_end_of_a_connection_must_belong_to_the_same_user(string ends, string state, int user, int inode, bool expected)
    {
        string peer = $"   2: {ends} {state} 00000000:00000000 00:00000000 00000000   {user}        0 {inode} 1 0000 20 4 30 10 -1";
        Assert.Equal(expected, SocketTable.IsOfSameUser((Heading + Own + peer).Split('\n'), Relay, Client));
    }

    [Fact]
    public void A_closed_end_has_no_user() => Assert.False(SocketTable.IsOfSameUser((Heading + Own).Split('\n'), Relay, Client));

    [Fact]
    public async Task A_relay_serves_programs_of_its_own_user()
    {
        using var relay = new HttpRelay("ffmpeg:http://camera/", new ServerAddress("camera", 80));
        using var client = new TcpClient(AddressFamily.InterNetwork);
        Uri address = new(relay.Address);
        await client.ConnectAsync(address.Host, address.Port, TestContext.Current.CancellationToken);
        await client.GetStream().WriteAsync("GET http://other/ HTTP/1.1\r\n\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(client.GetStream(), Encoding.ASCII);
        Assert.Contains("403", await reader.ReadLineAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("192.0.2.53", true)]
    [InlineData("fe80::1", true)]
    [InlineData("192.0.2.54", false)]
    [InlineData("192.0.2.55", false)]
    public void Only_a_name_server_of_the_machine_may_answer_on_its_port(string address, bool expected)
    {
        string[] lines =
        [
            "# nameserver 192.0.2.54",
            "search 192.0.2.55",
            "nameserver\t192.0.2.53",
            "nameserver fe80::1%eth0",
            "nameserver",
        ];
        Assert.Equal(expected, ConnectionGuard.IsResolver(IPAddress.Parse(address), lines));
    }
}
