using System.Globalization;
using Xunit.Abstractions;

namespace AgentCraft.Server.Tests.Crash;

/// <summary>Random moments that can be asked for again, as far as the machine allows: the seed is printed, AGENTCRAFT_TEST_SEED sets it.</summary>
internal static class Seeds
{
    private const string Variable = "AGENTCRAFT_TEST_SEED";

    public static int Next(ITestOutputHelper output)
    {
        int seed = int.TryParse(Environment.GetEnvironmentVariable(Variable), CultureInfo.InvariantCulture, out int given)
            ? given
            : Random.Shared.Next();
        output.WriteLine($"{Variable}={seed}");
        return seed;
    }
}
