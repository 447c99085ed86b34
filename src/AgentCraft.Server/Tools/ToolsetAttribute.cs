namespace AgentCraft.Server.Tools;

/// <summary>The toolset that a tool belongs to; <c>core</c> is on by default.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ToolsetAttribute(string name) : Attribute
{
    public const string Core = "core";
    public const string Agents = "agents";
    public const string Sessions = "sessions";
    public const string Messages = "messages";
    public const string Handovers = "handovers";
    public const string Events = "events";
    public const string Metrics = "metrics";
    public const string Tasks = "tasks";
    public const string Claims = "claims";
    public const string History = "history";
    public const string Outputs = "outputs";
    public const string Documents = "documents";
    public const string Processes = "processes";
    public const string Toolbox = "toolbox";
    public const string Projects = "projects";
    public const string Instances = "instances";
    public const string Records = "records";
    public const string Admin = "admin";

    /// <summary>All of them, in the order in which they are listed.</summary>
    public static readonly string[] All =
    [
        Core, Agents, Sessions, Messages, Handovers, Events, Metrics, Tasks, Claims, History, Outputs, Documents, Processes, Toolbox,
        Projects, Instances, Records, Admin,
    ];

    public string Name { get; } = name;
}
