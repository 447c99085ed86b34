namespace AgentCraft.Data.Configuration;

/// <summary>The section <c>telemetry</c>: what others may read of how the server works. Never arguments or contents.</summary>
public sealed record TelemetrySettings
{
    /// <summary>
    /// The OTLP collector that gets traces and metrics, <c>http://127.0.0.1:4318</c>; empty for what <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> says,
    /// or none. From the environment or the command line only: a project comes with its file.
    /// </summary>
    public string Endpoint { get; init; } = "";

    /// <summary>True: <c>serve --http</c> answers <c>/metrics</c> as Prometheus reads it; where tokens exist, to whoever has one.</summary>
    public bool Metrics { get; init; }
}

/// <summary>The section <c>log</c>: what goes to standard error.</summary>
public sealed record LogSettings
{
    /// <summary>Lines for people, or one JSON object a line.</summary>
    public LogFormat Format { get; init; }

    /// <summary>A line for each call of a tool: which, whose, how long, with which outcome.</summary>
    public bool Calls { get; init; } = true;
}

/// <summary>How lines of the log look.</summary>
public enum LogFormat
{
    /// <summary>Time, level, category, message.</summary>
    Text,

    /// <summary>One JSON object.</summary>
    Json,
}
