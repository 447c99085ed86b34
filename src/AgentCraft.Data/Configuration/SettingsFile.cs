using System.Text.Json;
using AgentCraft.Data.Agents;
using Microsoft.Extensions.Configuration;

namespace AgentCraft.Data.Configuration;

/// <summary>
/// Reads the settings: <c>.agentcraft/config.json</c> of the root, then environment variables <c>AGENTCRAFT__SECTION__NAME</c> over it.
/// Nothing else in the root can configure the server.
/// </summary>
public static class SettingsFile
{
    private const string EnvironmentPrefix = "AGENTCRAFT__";

    /// <summary>The file of a root, whether it exists or not.</summary>
    public static string PathOf(string root) => Path.Combine(root, ".agentcraft", "config.json");

    /// <summary>The effective settings of a root.</summary>
    /// <exception cref="AgentCraftException"><c>invalid_configuration</c>, naming the file or the setting.</exception>
    public static Settings Load(string root)
    {
        string file = PathOf(root);
        try
        {
            IConfigurationRoot configuration = new ConfigurationBuilder()
                .AddJsonFile(file, optional: true, reloadOnChange: false)
                .AddEnvironmentVariables(EnvironmentPrefix)
                .Build();
            if (SettingsCheck.Fault(configuration, typeof(Settings)) is { } fault)
                throw new InvalidDataException($"{fault}.");
            return Checked(configuration.Get<Settings>() ?? new Settings());
        }
        catch (Exception failure) when (failure is InvalidDataException or FormatException or IOException or UnauthorizedAccessException)
        {
            throw new AgentCraftException(ErrorCodes.InvalidConfiguration, $"{file} or an {EnvironmentPrefix}… variable cannot be used: {Fault(failure)}",
                "Correct it; the README lists the settings.", inner: failure);
        }
    }

    private static Settings Checked(Settings settings)
    {
        Positive(settings.Sqlite.WriteTimeout, "sqlite.writeTimeout");
        Positive(settings.Agents.LiveSeconds, "agents.liveSeconds");
        Positive(settings.Messages.MaxContentBytes, "messages.maxContentBytes");
        Positive(settings.Stdio.MaxLineBytes, "stdio.maxLineBytes");
        Positive(settings.Http.MaxBodyBytes, "http.maxBodyBytes");
        Positive(settings.Http.MaxSessions, "http.maxSessions");
        Positive(settings.Http.IdleMinutes, "http.idleMinutes", atMost: 525_600);
        Positive(settings.Http.KeepAliveSeconds, "http.keepAliveSeconds", atMost: 3600);
        Name(settings.Handover.Agent, "handover.agent");
        return settings;
    }

    private static void Name(string value, string name)
    {
        try
        {
            AgentName.Parse(value);
        }
        catch (AgentCraftException refusal)
        {
            throw new InvalidDataException($"{name} is the name of an agent. {refusal.Message}");
        }
    }

    private static void Positive(double value, string name, double atMost = int.MaxValue)
    {
        if (!(value > 0))
            throw new InvalidDataException($"{name} must be greater than 0, not {value}.");
        if (value > atMost)
            throw new InvalidDataException($"{name} can be at most {atMost}, not {value}.");
    }

    // What is no JSON is told in the innermost.
    private static string Fault(Exception failure) =>
        failure.InnerException is { } inner ? Fault(inner)
        : failure is JsonException json ? $"it is no valid JSON (line {json.LineNumber + 1}, byte {json.BytePositionInLine + 1})."
        : failure.Message;
}
