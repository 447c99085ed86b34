namespace AgentCraft.Server.Tests.Crash;

/// <summary>What kills and stops processes runs alone: it needs the machine, and its times mean nothing beside other tests.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class CrashCollection
{
    public const string Name = "Crash";
}
