using System.Diagnostics;
using RNNPool.Edge.Core;
using RNNPool.Edge.Web.Stream;

namespace RNNPool.Edge.Tests.Sinks.Mqtt;

/// <summary>An authority and what it signs, made by the openssl program in a folder of its own.</summary>
public sealed class Certificates : IDisposable
{
    public const string KeyPassword = "geheim-4711";

    public Certificates()
    {
        Authority("ca", "Home CA");
        Authority("other-ca", "Other CA");
        Sign("broker", "ca", "subjectAltName=DNS:localhost,IP:127.0.0.1");
        Sign("elsewhere", "ca", "subjectAltName=DNS:elsewhere.example");
        Sign("expired", "ca", "subjectAltName=DNS:localhost,IP:127.0.0.1", days: -1);
        Sign("device", "ca", "extendedKeyUsage=clientAuth");
        Sign("stranger", "other-ca", "extendedKeyUsage=clientAuth");
        Sign("late", "ca", "extendedKeyUsage=clientAuth", days: -1);
        Sign("clients-only", "ca", "subjectAltName=DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=clientAuth");
        Sign("servers-only", "ca", "extendedKeyUsage=serverAuth");
        Sign("dns-address", "ca", "subjectAltName=DNS:127.0.0.1");
        Sign("no-names", "ca", "basicConstraints=CA:FALSE");
        Sign("inter", "ca", "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign");
        Sign("branch", "inter", "extendedKeyUsage=clientAuth");
        Sign("branch-broker", "inter", "subjectAltName=DNS:localhost,IP:127.0.0.1");
        Concatenate("branch-chain.pem", "branch.pem", "inter.pem");
        OpenSsl(
            "pkcs12",
            "-export",
            "-in",
            File("branch.pem"),
            "-inkey",
            File("branch.key"),
            "-certfile",
            File("inter.pem"),
            "-out",
            File("branch.pfx"),
            "-passout",
            $"pass:{KeyPassword}"
        );
        OpenSsl(
            "pkcs12",
            "-export",
            "-in",
            File("device.pem"),
            "-inkey",
            File("device.key"),
            "-out",
            File("device.pfx"),
            "-passout",
            $"pass:{KeyPassword}"
        );
        OpenSsl("ec", "-in", File("device.key"), "-aes256", "-passout", $"pass:{KeyPassword}", "-out", File("legacy.key"));
        OpenSsl("pkcs8", "-topk8", "-in", File("device.key"), "-passout", $"pass:{KeyPassword}", "-out", File("encrypted.key"));
    }

    private string Folder { get; } = Directory.CreateTempSubdirectory("certificates-").FullName;

    public string File(string name) => Path.Combine(Folder, name);

    /// <summary>Lines for mosquitto's configuration.</summary>
    public string Listener(string certificate, bool askClients = false) =>
        $"""
            allow_anonymous true
            cafile {File("ca.pem")}
            certfile {File(certificate + ".pem")}
            keyfile {File(certificate + ".key")}
            require_certificate {(askClients ? "true" : "false")}
            """;

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private void Concatenate(string name, params string[] parts) =>
        System.IO.File.WriteAllText(File(name), string.Concat(parts.Select(part => System.IO.File.ReadAllText(File(part)))));

    private void Authority(string name, string subject) =>
        OpenSsl(
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-keyout",
            File(name + ".key"),
            "-out",
            File(name + ".pem"),
            "-days",
            "30",
            "-subj",
            $"/CN={subject}"
        );

    private void Sign(string name, string authority, string extensions, int days = 30)
    {
        System.IO.File.WriteAllText(File(name + ".ext"), extensions + "\n");
        OpenSsl(
            "req",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-keyout",
            File(name + ".key"),
            "-out",
            File(name + ".csr"),
            "-subj",
            $"/CN={name}"
        );
        OpenSsl(
            "x509",
            "-req",
            "-in",
            File(name + ".csr"),
            "-CA",
            File(authority + ".pem"),
            "-CAkey",
            File(authority + ".key"),
            "-CAcreateserial",
            "-days",
            $"{days}",
            "-extfile",
            File(name + ".ext"),
            "-out",
            File(name + ".pem")
        );
    }

    private static void OpenSsl(params string[] arguments)
    {
        using Process process = Process.Start(
            new ProcessStartInfo("openssl", arguments) { RedirectStandardError = true, RedirectStandardOutput = true }
        )!;
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"openssl {string.Join(' ', arguments)}: {error}");
    }
}
