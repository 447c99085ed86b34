namespace AgentCraft.Server.Tools;

/// <summary>The toolset that a tool belongs to; <c>core</c> is on by default.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ToolsetAttribute(string name) : Attribute
{
    public const string Core = "core";

    public string Name { get; } = name;
}
