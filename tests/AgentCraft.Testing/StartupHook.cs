using System.Globalization;
using System.Runtime;

/// <summary>
/// Runs inside a server that is started with this assembly in <c>DOTNET_STARTUP_HOOKS</c>, and writes at its end how many methods the runtime has
/// compiled. The runtime looks for it by this name, in no namespace.
/// </summary>
public static class StartupHook
{
    /// <summary>Names the file that gets the number.</summary>
    public const string FileVariable = "AGENTCRAFT_TEST_COMPILED";

    /// <summary>Called by the runtime before <c>Main</c>.</summary>
    public static void Initialize()
    {
        if (Environment.GetEnvironmentVariable(FileVariable) is { } file)
            AppDomain.CurrentDomain.ProcessExit += (_, _) => File.WriteAllText(file, JitInfo.GetCompiledMethodCount().ToString(CultureInfo.InvariantCulture));
    }
}
