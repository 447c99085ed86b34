using System.Text.Json.Serialization;

namespace AgentCraft.Data.Instances;

/// <summary>Where an instance is in its life; on the wire and in its file as it is written here.</summary>
[JsonConverter(typeof(PascalCaseEnum<InstanceState>))]
public enum InstanceState
{
    /// <summary>Its workspace is there.</summary>
    Created,
    /// <summary>It is being started.</summary>
    Initializing,
    /// <summary>It could begin.</summary>
    Ready,
    /// <summary>It works.</summary>
    Running,
    /// <summary>It is being stopped.</summary>
    Stopping,
    /// <summary>It does not run.</summary>
    Stopped,
    /// <summary>It could not be started.</summary>
    Failed,
    /// <summary>It ended by itself.</summary>
    Crashed,
    /// <summary>It is being started again after that.</summary>
    Restarting,
}

/// <summary>Writes an enum by its C# names, and reads nothing else.</summary>
public sealed class PascalCaseEnum<T>() : JsonStringEnumConverter<T>(namingPolicy: null, allowIntegerValues: false)
    where T : struct, Enum;
