using System.Runtime.CompilerServices;
using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Tests.Storage;

/// <summary>AGENTCRAFT_TEST_SQLITE = bundled | system | a path runs all tests of this process on that library; it is chosen once a process.</summary>
internal static class ChosenLibrary
{
    [ModuleInitializer]
    internal static void Choose() => SqliteLibrary.Use(Environment.GetEnvironmentVariable("AGENTCRAFT_TEST_SQLITE"));
}
