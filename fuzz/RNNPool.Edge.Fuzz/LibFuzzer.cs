using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using SharpFuzz.Common;

namespace RNNPool.Edge.Fuzz;

/// <summary>Runs a target in libFuzzer (fuzz/driver.c), which chooses the inputs.</summary>
internal static unsafe partial class LibFuzzer
{
    private const string Driver = "fuzz_driver";

    // The runtime handles signals of its own code; libFuzzer must not treat them as crashes.
    private static readonly string[] Options =
    [
        "-handle_segv=0",
        "-handle_bus=0",
        "-handle_ill=0",
        "-handle_fpe=0",
        "-handle_abrt=0",
        "-handle_int=0",
        "-handle_term=0",
        "-handle_xfsz=0",
        "-handle_usr1=0",
        "-handle_usr2=0",
    ];

    private static FuzzTarget? s_target;
    private static string s_findings = "";

    /// <summary>Runs a target. The process ends with 77 when an input breaks a property.</summary>
    /// <param name="name">Its name, with which the files of findings begin.</param>
    /// <param name="create">Creates the target.</param>
    /// <param name="options">Options and corpus folders of libFuzzer.</param>
    public static int Run(string name, Func<FuzzTarget> create, string[] options)
    {
        s_findings = Environment.GetEnvironmentVariable("FUZZ_FINDINGS") ?? Directory.GetCurrentDirectory();
        Directory.CreateDirectory(s_findings);

        // Instrumented code writes there as soon as it runs.
        Trace.SharedMem = Counters();
        s_target = create();

        // Code that initializes itself once must not look like the merit of the first input.
        s_target.Run([]);
        string[] arguments = [name, .. Options, .. options];
        nint[] pointers = [.. arguments.Select(Marshal.StringToCoTaskMemUTF8), 0];
        fixed (nint* argv = pointers)
            return RunDriver(arguments.Length, argv, Path.Combine(s_findings, $"{name}.last"), &RunOne);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int RunOne(byte* data, nuint size)
    {
        var input = new ReadOnlySpan<byte>(data, (int)size);
        try
        {
            s_target!.Run(input);
            return 0;
        }
        catch (Exception exception)
        {
            string file = Path.Combine(s_findings, "crash-" + Convert.ToHexStringLower(SHA256.HashData(input))[..16]);
            File.WriteAllBytes(file, input);
            Console.Error.WriteLine($"FINDING {file}, {size} bytes: {Encoding.ASCII.GetString(input[..Math.Min(input.Length, 100)])}");
            Console.Error.WriteLine(exception);
            Exit(77);
            return -1;
        }
    }

    [LibraryImport(Driver, EntryPoint = "fuzz_counters")]
    private static partial byte* Counters();

    [LibraryImport(Driver, EntryPoint = "fuzz_run", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int RunDriver(
        int count,
        nint* arguments,
        string lastInput,
        delegate* unmanaged[Cdecl]<byte*, nuint, int> target
    );

    [LibraryImport("libc", EntryPoint = "_exit")]
    private static partial void Exit(int code);
}
